use sea_orm::entity::prelude::*;

use crate::value::{FinancialYear, Instant};

/// How a partner accounts for its share of a fund in a year, in its own words. Never overwritten:
/// the last that was stated counts.
#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "accounting_treatment")]
pub struct Model {
    /// The fund.
    #[sea_orm(primary_key, auto_increment = false)]
    pub fund_id: Uuid,
    /// The year.
    #[sea_orm(primary_key, auto_increment = false)]
    pub financial_year: FinancialYear,
    /// The partner.
    #[sea_orm(primary_key, auto_increment = false)]
    pub partner_id: Uuid,
    /// Counts what was stated, from 1.
    #[sea_orm(primary_key, auto_increment = false)]
    pub number: i32,
    /// What was stated.
    pub treatment: String,
    /// The organisation that stated it: the partner, or the host on its behalf.
    pub stated_as_id: Uuid,
    /// The day on which it was stated.
    pub stated_on: Date,
    /// When it was recorded.
    pub recorded_at: Instant,
}

impl ActiveModelBehavior for ActiveModel {}
