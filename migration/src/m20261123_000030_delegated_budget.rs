use sea_orm_migration::{prelude::*, sea_orm::DatabaseBackend};

use crate::engine;

/// Nothing of it is ever changed.
const TABLES: [&str; 4] = [
    "delegated_budget",
    "delegated_budget_version",
    "delegated_budget_amount",
    "delegated_spending",
];

#[derive(DeriveMigrationName)]
pub struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    fn use_transaction(&self) -> Option<bool> {
        Some(true)
    }

    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        engine::run(manager, include_str!("sql/delegated_budget.sql")).await?;
        let more_roots = match manager.get_database_backend() {
            DatabaseBackend::Postgres => include_str!("sql/delegated_budget_postgres.sql"),
            _ => include_str!("sql/delegated_budget_sqlite.sql"),
        };
        engine::run(manager, more_roots).await?;
        engine::append_only(manager, &TABLES).await
    }

    async fn down(&self, _: &SchemaManager) -> Result<(), DbErr> {
        Err(DbErr::Migration("the record is never taken apart: restore a backup".to_owned()))
    }
}
