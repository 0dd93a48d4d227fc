use sea_orm::entity::prelude::*;

use crate::value::Instant;

/// A step of an agreement's dispute ladder.
#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "dispute_rung")]
pub struct Model {
    /// The agreement.
    #[sea_orm(primary_key, auto_increment = false)]
    pub agreement_id: Uuid,
    /// Which of its ladders: the last is in use.
    #[sea_orm(primary_key, auto_increment = false)]
    pub version: i32,
    /// Its place, from 1.
    #[sea_orm(primary_key, auto_increment = false)]
    pub number: i32,
    /// Who deals with the dispute there.
    pub name: String,
    /// Within how many days after the step before it.
    pub within_days: Option<i32>,
    /// The account that recorded it.
    pub recorded_by_id: Option<Uuid>,
    /// The organisation for which it was recorded.
    pub recorded_as_id: Uuid,
    /// When it was recorded.
    pub recorded_at: Instant,
}

impl ActiveModelBehavior for ActiveModel {}
