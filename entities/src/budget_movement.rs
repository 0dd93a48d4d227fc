use sea_orm::entity::prelude::*;
use serde::{Deserialize, Serialize};

use crate::value::{FinancialYear, Instant};

/// A decision that moved budget between schemes, or in or out of the pool.
#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "budget_movement")]
pub struct Model {
    /// Identity.
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Uuid,
    /// The fund.
    pub fund_id: Uuid,
    /// The year.
    pub financial_year: FinancialYear,
    /// Between schemes, or in or out.
    pub kind: MovementKind,
    /// Why.
    pub reason: String,
    /// The cabinet, board or committee that decided (rule G4).
    pub deciding_body: String,
    /// When it decided.
    pub decided_on: Date,
    /// Where the decision is minuted.
    pub minute_reference: String,
    /// From when it counts.
    pub effective_on: Date,
    /// When it was recorded.
    pub known_at: Instant,
}

impl ActiveModelBehavior for ActiveModel {}

/// Where budget moved.
#[derive(
    Clone,
    Copy,
    Debug,
    PartialEq,
    Eq,
    PartialOrd,
    Ord,
    Hash,
    EnumIter,
    DeriveActiveEnum,
    Serialize,
    Deserialize,
)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
#[sea_orm(rs_type = "String", db_type = "Text")]
pub enum MovementKind {
    /// Between schemes of the pool.
    #[sea_orm(string_value = "VIREMENT")]
    Virement,
    /// Into the pool, with the contribution that carries it.
    #[sea_orm(string_value = "INTO_POOL")]
    IntoPool,
    /// Out of the pool, with the contribution that is lowered.
    #[sea_orm(string_value = "OUT_OF_POOL")]
    OutOfPool,
}
