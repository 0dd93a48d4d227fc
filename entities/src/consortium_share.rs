use sea_orm::entity::prelude::*;

use crate::value::Instant;

/// That the lead provider shares what a link of a supply chain is worth with the members of the
/// consortium, from a day on. Never changed: that it ends earlier is a record of its own.
#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "consortium_share")]
pub struct Model {
    /// The subcontract whose value is shared.
    #[sea_orm(primary_key, auto_increment = false)]
    pub subcontract_id: Uuid,
    /// Counts how often its value was shared, from 1.
    #[sea_orm(primary_key, auto_increment = false)]
    pub number: i32,
    /// The first day on which it is shared.
    pub starts_on: Date,
    /// The last; none while none was named.
    pub ends_on: Option<Date>,
    /// Why, in words.
    pub reason: String,
    /// Where it was agreed.
    pub document_reference: Option<String>,
    /// The organisation for which it was recorded.
    pub recorded_as_id: Uuid,
    /// The day on which it was recorded.
    pub recorded_on: Date,
    /// When it was recorded.
    pub recorded_at: Instant,
}

impl ActiveModelBehavior for ActiveModel {}
