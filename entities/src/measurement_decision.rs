use sea_orm::entity::prelude::*;
use serde::{Deserialize, Serialize};

use crate::value::Instant;

/// That a measurement was validated or rejected, by somebody else than its submitter (rule C5).
#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "measurement_decision")]
pub struct Model {
    /// The measurement.
    #[sea_orm(primary_key, auto_increment = false)]
    pub measurement_id: Uuid,
    /// The contract.
    pub contract_id: Uuid,
    /// Which.
    pub decision: Decision,
    /// Why it was rejected.
    pub reason: Option<String>,
    /// The account that recorded it; none of a token made by the operator.
    pub recorded_by_id: Option<Uuid>,
    /// The organisation that recorded it.
    pub recorded_as_id: Uuid,
    /// The day on which it was recorded.
    pub recorded_on: Date,
    /// When it was recorded.
    pub known_at: Instant,
}

impl ActiveModelBehavior for ActiveModel {}

/// What was decided about a measurement.
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
pub enum Decision {
    /// It counts.
    #[sea_orm(string_value = "VALIDATED")]
    Validated,
    /// It does not count.
    #[sea_orm(string_value = "REJECTED")]
    Rejected,
}
