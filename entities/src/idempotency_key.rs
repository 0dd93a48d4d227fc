use sea_orm::entity::prelude::*;

use crate::value::Instant;

/// A caller's own key for a write, kept for ever (rule M14).
#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "idempotency_key")]
pub struct Model {
    /// The organisation that chose it.
    #[sea_orm(primary_key, auto_increment = false)]
    pub organisation_id: Uuid,
    /// The mutation that it was used for.
    #[sea_orm(primary_key, auto_increment = false)]
    pub mutation: String,
    /// The key.
    #[sea_orm(primary_key, auto_increment = false)]
    pub key: String,
    /// SHA-256 of what was asked.
    pub content_hash: Vec<u8>,
    /// What came of it.
    pub result_id: Uuid,
    /// When.
    pub recorded_at: Instant,
}

impl ActiveModelBehavior for ActiveModel {}
