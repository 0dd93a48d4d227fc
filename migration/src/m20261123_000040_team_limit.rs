use sea_orm_migration::{prelude::*, sea_orm::DatabaseBackend};

use crate::engine;

#[derive(DeriveMigrationName)]
pub struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    fn use_transaction(&self) -> Option<bool> {
        Some(true)
    }

    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        if manager.get_database_backend() == DatabaseBackend::Postgres {
            return engine::run(manager, include_str!("sql/team_limit_postgres.sql")).await;
        }
        engine::run(manager, include_str!("sql/team_limit_sqlite.sql")).await?;
        engine::append_only(manager, &["team_limit"]).await
    }

    async fn down(&self, _: &SchemaManager) -> Result<(), DbErr> {
        Err(DbErr::Migration("the record is never taken apart: restore a backup".to_owned()))
    }
}
