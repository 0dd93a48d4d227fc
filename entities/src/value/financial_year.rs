use std::{fmt, str::FromStr};

use chrono::{Datelike, NaiveDate};
use sea_orm::DeriveValueType;
use serde::{Deserialize, Serialize};

/// A financial year, 1 April to 31 March, named by the calendar year in which it starts.
#[derive(
    Clone,
    Copy,
    Debug,
    PartialEq,
    Eq,
    PartialOrd,
    Ord,
    Hash,
    DeriveValueType,
    Serialize,
    Deserialize,
)]
#[serde(into = "String", try_from = "String")]
pub struct FinancialYear(i32);

/// Why a text is not a financial year.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{text:?} is not a financial year: write two consecutive years, such as \"2025/26\"")]
pub struct NotAFinancialYear {
    text: String,
}

impl FinancialYear {
    /// The year that starts in April of `year`, if it is between 1974 and 2199.
    #[must_use]
    pub fn starting(year: i32) -> Option<Self> {
        (1974..2200).contains(&year).then_some(Self(year))
    }

    /// The year in which `date` lies.
    #[must_use]
    pub fn of(date: NaiveDate) -> Self {
        Self(if date.month() >= 4 { date.year() } else { date.year() - 1 })
    }

    /// The calendar year of its 1 April.
    #[must_use]
    pub fn start_year(self) -> i32 {
        self.0
    }

    /// 1 April.
    #[must_use]
    pub fn first_day(self) -> NaiveDate {
        date(self.0, 4, 1)
    }

    /// 31 March.
    #[must_use]
    pub fn last_day(self) -> NaiveDate {
        date(self.0 + 1, 3, 31)
    }

    /// The year after this one.
    #[must_use]
    pub fn next(self) -> Self {
        Self(self.0 + 1)
    }
}

pub(super) fn date(year: i32, month: u32, day: u32) -> NaiveDate {
    NaiveDate::from_ymd_opt(year, month, day).expect("years are bounded and the day exists")
}

impl fmt::Display for FinancialYear {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}/{:02}", self.0, (self.0 + 1) % 100)
    }
}

impl From<FinancialYear> for String {
    fn from(year: FinancialYear) -> Self {
        year.to_string()
    }
}

impl TryFrom<String> for FinancialYear {
    type Error = NotAFinancialYear;
    fn try_from(text: String) -> Result<Self, NotAFinancialYear> {
        text.parse()
    }
}

impl FromStr for FinancialYear {
    type Err = NotAFinancialYear;

    fn from_str(text: &str) -> Result<Self, NotAFinancialYear> {
        text.get(..4)
            .and_then(|start| start.parse().ok())
            .and_then(Self::starting)
            .filter(|year| year.to_string() == text)
            .ok_or_else(|| NotAFinancialYear { text: text.chars().take(20).collect() })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_year_is_written_with_a_slash_and_two_consecutive_years() {
        assert_eq!("2025/26".parse(), Ok(FinancialYear(2025)));
        assert_eq!("1999/00".parse(), Ok(FinancialYear(1999)));
        for text in ["2025", "2025-26", "2025/27", "2025/2026", "25/26", ""] {
            assert!(text.parse::<FinancialYear>().is_err(), "{text} was taken for a year");
        }
    }

    #[test]
    fn march_belongs_to_the_year_before_and_april_opens_the_next() {
        assert_eq!(FinancialYear::of(date(2026, 3, 31)).to_string(), "2025/26");
        assert_eq!(FinancialYear::of(date(2026, 4, 1)).to_string(), "2026/27");
    }
}
