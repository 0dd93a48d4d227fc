use sea_orm::entity::prelude::*;

use crate::value::{FinancialYear, Instant, Period};

/// That a period of a fund was closed, softly or for good (rule M9).
#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "period_closing")]
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
    /// How far it was closed.
    #[sea_orm(primary_key, auto_increment = false)]
    pub status: PeriodStatus,
    /// Why.
    pub reason: String,
    /// When.
    pub known_at: Instant,
}

impl ActiveModelBehavior for ActiveModel {}

/// Whether a period takes postings.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, EnumIter, DeriveActiveEnum)]
#[sea_orm(rs_type = "String", db_type = "Text")]
pub enum PeriodStatus {
    /// The host may post, with a reason.
    #[sea_orm(string_value = "SOFT_CLOSED")]
    SoftClosed,
    /// Nothing can be posted.
    #[sea_orm(string_value = "CLOSED")]
    Closed,
}
