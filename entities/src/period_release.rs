use sea_orm::entity::prelude::*;

use crate::value::{FinancialYear, Instant, Period};

/// That the host released a period's postings to the partners of an agreement which chose so (rule
/// V11).
#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "period_release")]
pub struct Model {
    /// The fund.
    #[sea_orm(primary_key, auto_increment = false)]
    pub fund_id: Uuid,
    /// The year.
    #[sea_orm(primary_key, auto_increment = false)]
    pub financial_year: FinancialYear,
    /// The period.
    #[sea_orm(primary_key, auto_increment = false)]
    pub period: Period,
    /// When.
    pub known_at: Instant,
}

impl ActiveModelBehavior for ActiveModel {}
