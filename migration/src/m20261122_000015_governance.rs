use sea_orm_migration::prelude::*;

use crate::engine;

/// Nothing of it is ever changed.
const TABLES: [&str; 9] = [
    "due_date",
    "due_date_outcome",
    "notice",
    "notice_withdrawal",
    "dispute_rung",
    "dispute",
    "dispute_party",
    "dispute_step",
    "dispute_end",
];

#[derive(DeriveMigrationName)]
pub struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    fn use_transaction(&self) -> Option<bool> {
        Some(true)
    }

    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        engine::run(manager, include_str!("sql/governance.sql")).await?;
        engine::append_only(manager, &TABLES).await
    }

    async fn down(&self, _: &SchemaManager) -> Result<(), DbErr> {
        Err(DbErr::Migration("the record is never taken apart: restore a backup".to_owned()))
    }
}
