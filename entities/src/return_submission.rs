use sea_orm::entity::prelude::*;

use crate::value::Instant;

/// That the host submitted a return: its figures, as they were then and stay for ever.
#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "return_submission")]
pub struct Model {
    /// The return.
    #[sea_orm(primary_key, auto_increment = false)]
    pub return_id: Uuid,
    /// The fund's instant of the submission: what was recorded later is not in it (rule M8).
    pub known_at: Instant,
    /// The day on which it was submitted.
    pub submitted_on: Date,
    /// The version of the rules that computed the figures.
    pub rule_version: i32,
    /// The version of the forecast that was used, if one had been submitted.
    pub forecast_version: Option<i32>,
    /// The figures, as JSON.
    pub content: String,
    /// The SHA-256 of the figures.
    pub content_hash: Vec<u8>,
    /// The account that submitted it; none of a program.
    pub submitted_by_id: Option<Uuid>,
    /// The organisation that it acted as.
    pub submitted_as_id: Uuid,
}

impl ActiveModelBehavior for ActiveModel {}
