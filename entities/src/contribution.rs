use sea_orm::entity::prelude::*;

use crate::value::FinancialYear;

/// What one partner puts into a fund, for one year, from one source.
#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "contribution")]
pub struct Model {
    /// Identity.
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Uuid,
    /// The fund.
    pub fund_id: Uuid,
    /// The partner.
    pub partner_id: Uuid,
    /// The funding source, from the year's code list.
    pub source_code: String,
    /// The year.
    pub financial_year: FinancialYear,
    /// Counts its changes.
    pub version: i32,
}

impl ActiveModelBehavior for ActiveModel {}
