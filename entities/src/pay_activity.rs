use sea_orm::entity::prelude::*;

use crate::value::{FinancialYear, Instant, Pence, Period};

/// What was done under a contract in a month, or what that cost. A later number of the same month takes
/// its place.
#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "pay_activity")]
pub struct Model {
    /// Identity.
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Uuid,
    /// The contract.
    pub contract_id: Uuid,
    /// Of what.
    pub code: String,
    /// The year.
    pub financial_year: FinancialYear,
    /// The month.
    pub period: Period,
    /// Its number in the contract, from 1.
    pub number: i32,
    /// Units, episodes, or people under care; none of a cost.
    pub units: Option<i64>,
    /// What it cost, in pence; none of activity.
    pub cost_pence: Option<Pence>,
    /// The account that recorded it; none of a token made by the operator.
    pub recorded_by_id: Option<Uuid>,
    /// The organisation that recorded it.
    pub recorded_as_id: Uuid,
    /// The day on which it was recorded.
    pub recorded_on: Date,
    /// When it was recorded.
    pub known_at: Instant,
}

impl ActiveModelBehavior for ActiveModel {}
