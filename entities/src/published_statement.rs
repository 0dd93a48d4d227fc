use sea_orm::entity::prelude::*;
use serde::{Deserialize, Serialize};

use crate::value::{FinancialYear, Instant, Period};

/// What a publisher printed about an agreement or a fund of it, for a year: the figures as printed,
/// with their source, unit and precision. Never changed; a mistake is corrected by a later one.
#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "published_statement")]
pub struct Model {
    /// Identity.
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Uuid,
    /// The agreement.
    pub agreement_id: Uuid,
    /// The fund, when it is about one only.
    pub fund_id: Option<Uuid>,
    /// Where views are looked up: the fund, or the agreement when it is about the whole.
    pub root_id: Uuid,
    /// Who printed it.
    pub publisher: String,
    /// The title of the source.
    pub source_title: String,
    /// Where the source is found.
    pub source_address: Option<String>,
    /// The source's own date, as printed: many say a month only.
    pub source_date: Option<String>,
    /// The year.
    pub financial_year: FinancialYear,
    /// The period as at which it speaks; none when it speaks of the year.
    pub period: Option<Period>,
    /// The day as at which it speaks.
    pub as_at: Date,
    /// In what its figures are printed, unless a figure says otherwise.
    pub unit: PrintedUnit,
    /// With how many decimals they are printed, unless a figure says otherwise.
    pub decimals: i32,
    /// Whether it was planned, expected or had happened.
    pub status: StatementStatus,
    /// What the source does not say.
    pub note: Option<String>,
    /// The figures and checks, as JSON.
    pub content: String,
    /// The statement that it corrects.
    pub supersedes_id: Option<Uuid>,
    /// The account that recorded it.
    pub recorded_by_id: Option<Uuid>,
    /// The organisation for which it was recorded.
    pub recorded_as_id: Uuid,
    /// When it was recorded.
    pub recorded_at: Instant,
}

impl ActiveModelBehavior for ActiveModel {}

/// In what amounts of pounds figures are printed.
#[derive(
    Clone, Copy, Debug, PartialEq, Eq, Hash, EnumIter, DeriveActiveEnum, Serialize, Deserialize,
)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
#[sea_orm(rs_type = "String", db_type = "Text")]
pub enum PrintedUnit {
    /// Pounds.
    #[sea_orm(string_value = "POUNDS")]
    Pounds,
    /// Thousands of pounds.
    #[sea_orm(string_value = "THOUSANDS")]
    Thousands,
    /// Millions of pounds.
    #[sea_orm(string_value = "MILLIONS")]
    Millions,
    /// Hundreds of millions of pounds.
    #[sea_orm(string_value = "HUNDRED_MILLIONS")]
    HundredMillions,
    /// Thousands of millions of pounds.
    #[sea_orm(string_value = "BILLIONS")]
    Billions,
}

/// Whether what is printed was planned, expected or had happened.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, EnumIter, DeriveActiveEnum)]
#[sea_orm(rs_type = "String", db_type = "Text")]
pub enum StatementStatus {
    /// Before the year: what is to happen.
    #[sea_orm(string_value = "PLAN")]
    Plan,
    /// During the year: what is expected.
    #[sea_orm(string_value = "FORECAST")]
    Forecast,
    /// Afterwards: what happened.
    #[sea_orm(string_value = "OUTTURN")]
    Outturn,
}

/// Which computed figure a printed one claims to be.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum Measure {
    /// What partners have agreed to put in: of one partner where the figure names one.
    ContributionsAgreed,
    /// The budget.
    Budget,
    /// The budget as set originally.
    OriginalBudget,
    /// What movements added to the budget or took away.
    Movements,
    /// What was spent, less what was given back.
    Actual,
    /// Actual and what is still forecast.
    ForecastOutturn,
    /// Outturn less budget: positive is adverse.
    Variance,
}

/// Whether a printed total is all of its parts, or more.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum CheckKind {
    /// The parts are to come to the total.
    Sum,
    /// The parts are some of the total; what they leave is unexplained, and nobody's.
    OfWhich,
}
