//! The figures of a return, as they were when it was submitted.

use chrono::{DateTime, NaiveDate, Utc};
use entities::value::{FinancialYear, Pence};
use serde::{Deserialize, Serialize};

use crate::service::position::Report;

/// What is frozen when a return is submitted. Amounts are pounds as decimal strings.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Content {
    /// What the partners call the fund.
    pub fund_reference: String,
    /// Its name.
    pub fund_name: String,
    /// How its money is bound.
    pub kind: String,
    /// The year.
    pub financial_year: FinancialYear,
    /// The quarter, or the whole year.
    pub span: String,
    /// The last day of effect that counts.
    pub as_of: NaiveDate,
    /// The last instant of recording that counts.
    pub known_at: DateTime<Utc>,
    /// The version of the rules that computed the figures.
    pub rule_version: u32,
    /// The version of the forecast that was used.
    pub forecast_version: Option<i32>,
    /// What the host says about the whole of it.
    pub commentary: String,
    /// Above which amount a variance needed a narrative.
    pub narrative_above: Option<Pence>,
    /// Above how many basis points of its budget a variance needed a narrative.
    pub narrative_above_points: Option<i32>,
    /// What a reader has to know.
    pub warnings: Vec<String>,
    /// What the host held in cash: another figure than the others (rule M11).
    pub cash: Pence,
    /// The figures, whole and in their breakdowns.
    pub report: Report,
}
