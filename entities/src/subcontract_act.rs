use sea_orm::entity::prelude::*;

use crate::value::Instant;

/// Something that was said or decided about a subcontract after it was recorded. Never changed.
#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "subcontract_act")]
pub struct Model {
    /// The subcontract.
    #[sea_orm(primary_key, auto_increment = false)]
    pub subcontract_id: Uuid,
    /// The version of the subcontract that came of it.
    #[sea_orm(primary_key, auto_increment = false)]
    pub version: i32,
    /// What it was.
    pub kind: SubcontractActKind,
    /// The day from which it counts.
    pub effective_on: Date,
    /// Why, in words; always there of what was contested, refused or ended.
    pub reason: Option<String>,
    /// The body that decided (rule G4), of the commissioner's decisions.
    pub deciding_body: Option<String>,
    /// Where its decision is minuted, or the document.
    pub document_reference: Option<String>,
    /// The organisation for which it was recorded.
    pub recorded_as_id: Uuid,
    /// When it was recorded.
    pub recorded_at: Instant,
}

impl ActiveModelBehavior for ActiveModel {}

/// What was said or decided about a subcontract.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, EnumIter, DeriveActiveEnum)]
#[sea_orm(rs_type = "String", db_type = "Text")]
pub enum SubcontractActKind {
    /// Its seller confirmed it.
    #[sea_orm(string_value = "CONFIRMED")]
    Confirmed,
    /// Its seller contested it.
    #[sea_orm(string_value = "CONTESTED")]
    Contested,
    /// The commissioner approved it.
    #[sea_orm(string_value = "APPROVED")]
    Approved,
    /// The commissioner refused it.
    #[sea_orm(string_value = "REFUSED")]
    Refused,
    /// Its buyer ended it.
    #[sea_orm(string_value = "ENDED")]
    Ended,
}
