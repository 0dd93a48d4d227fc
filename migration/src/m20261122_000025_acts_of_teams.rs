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
        // Of three conditions that are joined by `or`, each needs an index, or none is used.
        let sql = "create index audit_act_by_team on audit_act (team_id) where team_id is not null";
        engine::run(manager, sql).await
    }

    async fn down(&self, _: &SchemaManager) -> Result<(), DbErr> {
        Err(DbErr::Migration("the record is never taken apart: restore a backup".to_owned()))
    }
}
