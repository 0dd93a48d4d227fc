use sea_orm::entity::prelude::*;

use crate::value::Instant;

/// What the commissioner decided about a value that waited for it (rule C3). Never changed.
#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "subcontract_value_decision")]
pub struct Model {
    /// The subcontract.
    #[sea_orm(primary_key, auto_increment = false)]
    pub subcontract_id: Uuid,
    /// The version of the values that is decided about.
    #[sea_orm(primary_key, auto_increment = false)]
    pub version: i32,
    /// True when it is approved, false when it is refused.
    pub is_approved: bool,
    /// Why not, in words; always there of one that is refused.
    pub reason: Option<String>,
    /// The body that decided (rule G4).
    pub deciding_body: String,
    /// The day on which it decided.
    pub decided_on: Date,
    /// Where its decision is minuted.
    pub minute_reference: String,
    /// The organisation for which it was recorded.
    pub recorded_as_id: Uuid,
    /// The day on which it was recorded: from then on an approved value counts.
    pub recorded_on: Date,
    /// When it was recorded.
    pub recorded_at: Instant,
}

impl ActiveModelBehavior for ActiveModel {}
