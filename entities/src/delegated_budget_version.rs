use sea_orm::entity::prelude::*;

use crate::value::Instant;

/// What was decided about a delegated budget, in force from a day on: its delegation, a change of its
/// amounts, or its withdrawal. Never changed: a later version takes its place.
#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "delegated_budget_version")]
pub struct Model {
    /// The budget.
    #[sea_orm(primary_key, auto_increment = false)]
    pub budget_id: Uuid,
    /// Counts its versions, from 1.
    #[sea_orm(primary_key, auto_increment = false)]
    pub number: i32,
    /// The first day on which it is so.
    pub effective_on: Date,
    /// True when nothing is delegated after that day's year any more.
    pub is_withdrawal: bool,
    /// Why it was withdrawn; none of others.
    pub reason: Option<String>,
    /// The cabinet, board or committee that decided (rule G4).
    pub deciding_body: String,
    /// When it decided.
    pub decided_on: Date,
    /// Where the decision is minuted.
    pub minute_reference: String,
    /// The account that recorded it; none of a program.
    pub recorded_by_id: Option<Uuid>,
    /// The commissioner for which it was recorded.
    pub recorded_as_id: Uuid,
    /// The day on which it was recorded.
    pub recorded_on: Date,
    /// When it was recorded.
    pub recorded_at: Instant,
}

impl ActiveModelBehavior for ActiveModel {}
