use sea_orm::entity::prelude::*;

use crate::value::Instant;

/// That an interest in a contract is there no more, and why. Never changed: one that comes back is
/// declared again.
#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "contract_interest_withdrawal")]
pub struct Model {
    /// The interest.
    #[sea_orm(primary_key, auto_increment = false)]
    pub interest_id: Uuid,
    /// Why.
    pub reason: String,
    /// The account that withdrew it: another one than declared it.
    pub withdrawn_by_id: Uuid,
    /// The day on which it was withdrawn.
    pub recorded_on: Date,
    /// When it was withdrawn.
    pub withdrawn_at: Instant,
}

impl ActiveModelBehavior for ActiveModel {}
