use sea_orm::entity::prelude::*;

use crate::value::{FinancialYear, Instant, Pence};

/// What a contract is expected to cost in a year, from a day on. Never changed: a later version of the
/// year takes its place.
#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "contract_value")]
pub struct Model {
    /// Identity.
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Uuid,
    /// The contract.
    pub contract_id: Uuid,
    /// The version of the values in which the year was said.
    pub version: i32,
    /// The year.
    pub financial_year: FinancialYear,
    /// True of values that were drafted, and not awarded or varied.
    pub is_draft: bool,
    /// How much, in pence.
    pub amount_pence: Pence,
    /// The variation by which it is so.
    pub variation_id: Option<Uuid>,
    /// The first day on which it is so.
    pub effective_on: Date,
    /// The day on which it was recorded.
    pub recorded_on: Date,
    /// When it was recorded.
    pub known_at: Instant,
}

impl ActiveModelBehavior for ActiveModel {}
