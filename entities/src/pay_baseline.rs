use sea_orm::entity::prelude::*;

use crate::value::{FinancialYear, Instant, Pence};

/// What the care of a contract cost before it, as agreed for a year. A later number of the year takes
/// its place.
#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "pay_baseline")]
pub struct Model {
    /// Identity.
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Uuid,
    /// The contract.
    pub contract_id: Uuid,
    /// The year.
    pub financial_year: FinancialYear,
    /// Its number in the contract, from 1.
    pub number: i32,
    /// How much, in pence.
    pub amount_pence: Pence,
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
