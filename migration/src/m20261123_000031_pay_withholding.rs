use sea_orm_migration::{
    prelude::*,
    sea_orm::{ConnectionTrait, DatabaseBackend},
};

use crate::engine;

#[derive(DeriveMigrationName)]
pub struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    fn use_transaction(&self) -> Option<bool> {
        Some(true)
    }

    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        engine::run(manager, include_str!("sql/pay_withholding.sql")).await?;
        let now = match manager.get_database_backend() {
            DatabaseBackend::Postgres => "(extract(epoch from now()) * 1000000)::bigint",
            _ => "cast((julianday('now') - 2440587.5) * 86400000 as integer) * 1000",
        };
        let begins = format!(
            "insert into pay_rule_version (version, known_at)
             select 2, {now} where exists (select 1 from pay_component)"
        );
        manager.get_connection().execute_unprepared(&begins).await?;
        let tables = ["pay_withholding", "pay_withholding_settlement", "pay_rule_version"];
        engine::append_only(manager, &tables).await
    }

    async fn down(&self, _: &SchemaManager) -> Result<(), DbErr> {
        Err(DbErr::Migration("the record is never taken apart: restore a backup".to_owned()))
    }
}
