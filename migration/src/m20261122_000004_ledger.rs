use sea_orm_migration::{prelude::*, sea_orm::DatabaseBackend};

use crate::engine;

#[derive(DeriveMigrationName)]
pub struct Migration;

/// What is recorded once and then only added to (rules M7 and M8).
const APPEND_ONLY: [&str; 14] = [
    "ledger_transaction",
    "ledger_entry",
    "ledger_account",
    "period_closing",
    "idempotency_key",
    "contribution_change",
    "budget_movement",
    "budget_change",
    "budget_period",
    "funding_split",
    "funding_split_share",
    "commitment",
    "forecast_line",
    "forecast_submission",
];

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    fn use_transaction(&self) -> Option<bool> {
        Some(true)
    }

    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        engine::run(manager, include_str!("sql/ledger.sql")).await?;
        engine::refuse_change(manager).await?;
        engine::append_only(manager, &APPEND_ONLY).await?;
        let sealing = match manager.get_database_backend() {
            DatabaseBackend::Postgres => include_str!("sql/ledger_postgres.sql"),
            _ => include_str!("sql/ledger_sqlite.sql"),
        };
        engine::run(manager, sealing).await
    }

    async fn down(&self, _: &SchemaManager) -> Result<(), DbErr> {
        Err(DbErr::Migration("the record is never taken apart: restore a backup".to_owned()))
    }
}
