use sea_orm::entity::prelude::*;

use crate::value::Instant;

/// That a step of the ladder was taken in a dispute.
#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "dispute_step")]
pub struct Model {
    /// The dispute.
    #[sea_orm(primary_key, auto_increment = false)]
    pub dispute_id: Uuid,
    /// Its place in the ladder.
    #[sea_orm(primary_key, auto_increment = false)]
    pub number: i32,
    /// When it was taken.
    pub taken_on: Date,
    /// What came of it.
    pub outcome: String,
    /// The account that recorded it.
    pub recorded_by_id: Option<Uuid>,
    /// The organisation for which it was recorded.
    pub recorded_as_id: Uuid,
    /// When it was recorded.
    pub recorded_at: Instant,
}

impl ActiveModelBehavior for ActiveModel {}
