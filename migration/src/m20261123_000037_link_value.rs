use sea_orm_migration::prelude::*;

use crate::engine;

#[derive(DeriveMigrationName)]
pub struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    fn use_transaction(&self) -> Option<bool> {
        Some(true)
    }

    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        engine::run(manager, include_str!("sql/consortium_share.sql")).await?;
        engine::run(manager, include_str!("sql/subcontract_value_decision.sql")).await?;
        let facts = ["consortium_share", "consortium_share_end", "subcontract_value_decision"];
        engine::append_only(manager, &facts).await
    }

    async fn down(&self, _: &SchemaManager) -> Result<(), DbErr> {
        Err(DbErr::Migration("the record is never taken apart: restore a backup".to_owned()))
    }
}
