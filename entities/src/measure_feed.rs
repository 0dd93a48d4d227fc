use sea_orm::entity::prelude::*;

use crate::value::Instant;

/// That what is done under a link of a supply chain feeds a measure of the head contract's outcomes,
/// from a day on. Never changed: that it ends earlier is a record of its own.
#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "measure_feed")]
pub struct Model {
    /// The subcontract.
    #[sea_orm(primary_key, auto_increment = false)]
    pub subcontract_id: Uuid,
    /// Counts what it was said to feed, from 1.
    #[sea_orm(primary_key, auto_increment = false)]
    pub number: i32,
    /// The measure of the frameworks of the head contract.
    pub measure_id: Uuid,
    /// The first day on which it feeds it.
    pub starts_on: Date,
    /// The last; none while none was named.
    pub ends_on: Option<Date>,
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
