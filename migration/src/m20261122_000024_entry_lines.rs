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
        // SQLite has one writer at a time.
        if manager.get_database_backend() != DatabaseBackend::Postgres {
            return Ok(());
        }
        engine::run(manager, include_str!("sql/entry_lines_postgres.sql")).await
    }

    async fn down(&self, _: &SchemaManager) -> Result<(), DbErr> {
        Err(DbErr::Migration("the record is never taken apart: restore a backup".to_owned()))
    }
}
