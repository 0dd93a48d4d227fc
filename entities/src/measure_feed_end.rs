use sea_orm::entity::prelude::*;

use crate::value::Instant;

/// That a link feeds a measure until a day and no longer. Never changed.
#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "measure_feed_end")]
pub struct Model {
    /// The subcontract.
    #[sea_orm(primary_key, auto_increment = false)]
    pub subcontract_id: Uuid,
    /// Which of what it was said to feed.
    #[sea_orm(primary_key, auto_increment = false)]
    pub number: i32,
    /// The last day on which it feeds it; before the first of what never began.
    pub ends_on: Date,
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
