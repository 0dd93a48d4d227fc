use sea_orm::entity::prelude::*;
use serde::{Deserialize, Serialize};

use crate::value::Instant;

/// What whoever a measurement is about says of it, where somebody else entered it (rule C10). Never
/// changed.
#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "measurement_answer")]
pub struct Model {
    /// The measurement.
    #[sea_orm(primary_key, auto_increment = false)]
    pub measurement_id: Uuid,
    /// The contract.
    pub contract_id: Uuid,
    /// Which.
    pub answer: MeasurementAnswer,
    /// Why it is contested.
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

/// What is said of a measurement by whom it is about.
#[derive(
    Clone, Copy, Debug, PartialEq, Eq, Hash, EnumIter, DeriveActiveEnum, Serialize, Deserialize,
)]
#[sea_orm(rs_type = "String", db_type = "Text")]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum MeasurementAnswer {
    /// It is so.
    #[sea_orm(string_value = "CONFIRMED")]
    Confirmed,
    /// It is not so.
    #[sea_orm(string_value = "CONTESTED")]
    Contested,
}
