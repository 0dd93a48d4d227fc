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
        engine::run(manager, include_str!("sql/change.sql")).await?;
        let waiting = match manager.get_database_backend() {
            DatabaseBackend::Postgres => include_str!("sql/change_postgres.sql"),
            _ => include_str!("sql/change_sqlite.sql"),
        };
        engine::run(manager, waiting).await
    }

    async fn down(&self, _: &SchemaManager) -> Result<(), DbErr> {
        Err(DbErr::Migration("the record is never taken apart: restore a backup".to_owned()))
    }
}
