use sea_orm::entity::prelude::*;

use crate::value::Instant;

/// Something that was said of the value of a subcontract after it was recorded. Never changed.
#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "subcontract_value_act")]
pub struct Model {
    /// The subcontract.
    #[sea_orm(primary_key, auto_increment = false)]
    pub subcontract_id: Uuid,
    /// The version of the values that is spoken of.
    #[sea_orm(primary_key, auto_increment = false)]
    pub version: i32,
    /// Counts what was said of the version, from 1, which is the change itself.
    #[sea_orm(primary_key, auto_increment = false)]
    pub number: i32,
    /// What it was.
    pub kind: ValueActKind,
    /// Why, in words; always there of a change, and of what was contested.
    pub reason: Option<String>,
    /// The deed or letter by which it was agreed.
    pub document_reference: Option<String>,
    /// The organisation for which it was recorded.
    pub recorded_as_id: Uuid,
    /// The day on which it was recorded.
    pub recorded_on: Date,
    /// When it was recorded.
    pub recorded_at: Instant,
}

impl ActiveModelBehavior for ActiveModel {}

/// What was said of the value of a subcontract.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, EnumIter, DeriveActiveEnum)]
#[sea_orm(rs_type = "String", db_type = "Text")]
pub enum ValueActKind {
    /// Its buyer recorded that it is another from now on.
    #[sea_orm(string_value = "CHANGED")]
    Changed,
    /// Its seller confirmed it.
    #[sea_orm(string_value = "CONFIRMED")]
    Confirmed,
    /// Its seller contested it.
    #[sea_orm(string_value = "CONTESTED")]
    Contested,
}
