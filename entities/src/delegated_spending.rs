use sea_orm::entity::prelude::*;

use crate::value::{Instant, Pence};

/// What the holder of a delegated budget says it spent of it, or that it takes such a statement back.
/// Never changed: what was recorded wrongly is reversed whole, of the day on which it was spent.
#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "delegated_spending")]
pub struct Model {
    /// Identity.
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Uuid,
    /// The budget.
    pub budget_id: Uuid,
    /// Counts what was recorded of the budget, from 1.
    pub number: i32,
    /// Who was paid.
    pub payee_id: Uuid,
    /// Its place among those that were paid from the budget, from 1: whoever succeeds it keeps it.
    pub payee_position: i32,
    /// The day on which it was spent.
    pub spent_on: Date,
    /// What for.
    pub purpose: String,
    /// How much, in pence; below nothing of a reversal.
    pub amount_pence: Pence,
    /// The document that shows it, as the holder numbers it.
    pub document_reference: String,
    /// What it takes back, of a reversal.
    pub reverses_id: Option<Uuid>,
    /// Why, of a reversal.
    pub reason: Option<String>,
    /// The account that recorded it; none of a program.
    pub recorded_by_id: Option<Uuid>,
    /// The holder for which it was recorded.
    pub recorded_as_id: Uuid,
    /// The day on which it was recorded.
    pub recorded_on: Date,
    /// When it was recorded.
    pub recorded_at: Instant,
}

impl ActiveModelBehavior for ActiveModel {}
