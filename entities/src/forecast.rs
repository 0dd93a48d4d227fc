use sea_orm::entity::prelude::*;

use crate::value::{FinancialYear, Instant};

/// One version of the expected remaining spend of a fund in a year. Never overwritten.
#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "forecast")]
pub struct Model {
    /// Identity.
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Uuid,
    /// The fund.
    pub fund_id: Uuid,
    /// The year.
    pub financial_year: FinancialYear,
    /// Counts the forecasts of the fund and year.
    pub version: i32,
    /// What the pool manager says about it.
    pub commentary: String,
    /// When it was recorded.
    pub recorded_at: Instant,
    /// The day on which it was recorded: whoever had left by then is not told of it.
    pub recorded_on: Date,
}

impl ActiveModelBehavior for ActiveModel {}
