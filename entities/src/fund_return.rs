use sea_orm::entity::prelude::*;

use crate::value::{FinancialYear, Instant, Pence};

/// One version of the report of a fund's host on a quarter or a year. Never overwritten.
#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "fund_return")]
pub struct Model {
    /// Identity.
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Uuid,
    /// The fund.
    pub fund_id: Uuid,
    /// The year.
    pub financial_year: FinancialYear,
    /// The quarter, or the whole year.
    pub span: ReturnSpan,
    /// Counts the versions of the fund, year and span.
    pub version: i32,
    /// The last day of effect that it speaks of: the last of its span.
    pub as_of: Date,
    /// The day by which it is to be answered.
    pub due_on: Date,
    /// What the host says about the whole of it.
    pub commentary: String,
    /// Above which amount a scheme's variance needs a narrative.
    pub narrative_above_pence: Option<Pence>,
    /// Above how many basis points of its budget a scheme's variance needs a narrative.
    pub narrative_above_points: Option<i32>,
    /// When it was recorded.
    pub recorded_at: Instant,
}

impl ActiveModelBehavior for ActiveModel {}

/// Which part of a financial year a return is about. Figures are of the year to its last day.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, EnumIter, DeriveActiveEnum)]
#[sea_orm(rs_type = "String", db_type = "Text")]
pub enum ReturnSpan {
    /// April to June.
    #[sea_orm(string_value = "Q1")]
    FirstQuarter,
    /// July to September.
    #[sea_orm(string_value = "Q2")]
    SecondQuarter,
    /// October to December.
    #[sea_orm(string_value = "Q3")]
    ThirdQuarter,
    /// January to March.
    #[sea_orm(string_value = "Q4")]
    FourthQuarter,
    /// The whole year.
    #[sea_orm(string_value = "YEAR")]
    Year,
}
