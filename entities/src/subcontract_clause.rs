use sea_orm::entity::prelude::*;

use crate::value::Instant;

/// How far a clause of the head contract has come in one subcontract (rule C3). Never changed: a
/// later version takes its place.
#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "subcontract_clause")]
pub struct Model {
    /// The subcontract.
    #[sea_orm(primary_key, auto_increment = false)]
    pub subcontract_id: Uuid,
    /// The clause, as the head contract numbers or names it.
    #[sea_orm(primary_key, auto_increment = false)]
    pub clause: String,
    /// Counts what was recorded of this clause here, from 1.
    #[sea_orm(primary_key, auto_increment = false)]
    pub version: i32,
    /// How far it has come.
    pub status: ClauseStatus,
    /// Why it does not apply, or where it is to be found.
    pub note: Option<String>,
    /// The organisation that recorded it.
    pub recorded_as_id: Uuid,
    /// The day on which it was recorded.
    pub recorded_on: Date,
    /// When it was recorded.
    pub recorded_at: Instant,
}

impl ActiveModelBehavior for ActiveModel {}

/// How far a clause has come in a subcontract.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, EnumIter, DeriveActiveEnum)]
#[sea_orm(rs_type = "String", db_type = "Text")]
pub enum ClauseStatus {
    /// It has to be there, and is not.
    #[sea_orm(string_value = "REQUIRED")]
    Required,
    /// It is in the subcontract.
    #[sea_orm(string_value = "FLOWED_DOWN")]
    FlowedDown,
    /// It does not apply to what is bought.
    #[sea_orm(string_value = "NOT_APPLICABLE")]
    NotApplicable,
}
