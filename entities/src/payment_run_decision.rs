use sea_orm::entity::prelude::*;
use serde::{Deserialize, Serialize};

use crate::value::Instant;

/// That a payment run was approved and posted, or refused, by somebody else than who ran it (rule M13).
#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "payment_run_decision")]
pub struct Model {
    /// The run.
    #[sea_orm(primary_key, auto_increment = false)]
    pub run_id: Uuid,
    /// Which.
    pub decision: RunDecision,
    /// Why it was refused, or posted into a period that is closing.
    pub reason: Option<String>,
    /// The transaction by which it was posted; none when it was refused, or comes to nothing.
    pub transaction_id: Option<Uuid>,
    /// The account that decided.
    pub recorded_by_id: Option<Uuid>,
    /// The organisation that decided.
    pub recorded_as_id: Uuid,
    /// The day on which it was decided.
    pub recorded_on: Date,
    /// When it was decided.
    pub known_at: Instant,
}

impl ActiveModelBehavior for ActiveModel {}

/// What was decided about a payment run.
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
#[sea_orm(rs_type = "String", db_type = "Text")]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum RunDecision {
    /// It is posted, and its lines are paid.
    #[sea_orm(string_value = "APPROVED")]
    Approved,
    /// It counts for nothing, and a later run takes its lines again.
    #[sea_orm(string_value = "REFUSED")]
    Refused,
}
