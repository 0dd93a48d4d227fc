use std::fmt;

use chrono::{Datelike, NaiveDate};
use sea_orm::DeriveValueType;
use serde::{Deserialize, Serialize};

use super::{FinancialYear, financial_year::date};

/// A month of a financial year: 1 is April, 12 is March; 13 and 14 are the year's adjustment
/// periods, effective 31 March (rule M9).
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
#[serde(into = "i32", try_from = "i32")]
pub struct Period(i32);

/// Why a number is not a period.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{number} is not a period: 1 is April, 12 is March, 13 and 14 are the adjustment periods")]
pub struct NotAPeriod {
    number: i32,
}

impl Period {
    /// April, the first month.
    pub const APRIL: Self = Self(1);
    /// March, the last month.
    pub const MARCH: Self = Self(12);
    /// The last adjustment period: with it, the year is complete.
    pub const LAST: Self = Self(14);

    /// The period with this number.
    ///
    /// # Errors
    /// When the number is not between 1 and 14.
    pub fn new(number: i32) -> Result<Self, NotAPeriod> {
        if (1..=14).contains(&number) { Ok(Self(number)) } else { Err(NotAPeriod { number }) }
    }

    /// The month in which `date` lies.
    #[must_use]
    pub fn of(date: NaiveDate) -> Self {
        Self(i32::try_from((date.month() + 8) % 12).unwrap_or(0) + 1)
    }

    /// The twelve months, April first.
    pub fn months() -> impl DoubleEndedIterator<Item = Self> {
        (1..=12).map(Self)
    }

    /// Every period, the adjustment periods last.
    pub fn all() -> impl DoubleEndedIterator<Item = Self> {
        (1..=14).map(Self)
    }

    /// 1 to 14.
    #[must_use]
    pub fn number(self) -> i32 {
        self.0
    }

    /// True of periods 13 and 14.
    #[must_use]
    pub fn is_adjustment(self) -> bool {
        self.0 > 12
    }

    /// The first day of the period; adjustment periods have the one day 31 March.
    #[must_use]
    pub fn first_day(self, year: FinancialYear) -> NaiveDate {
        match self.0 {
            1..=9 => date(year.start_year(), self.0.unsigned_abs() + 3, 1),
            10..=12 => date(year.start_year() + 1, self.0.unsigned_abs() - 9, 1),
            _ => year.last_day(),
        }
    }

    /// The last day of the period.
    #[must_use]
    pub fn last_day(self, year: FinancialYear) -> NaiveDate {
        if self.0 >= 12 {
            return year.last_day();
        }
        Self(self.0 + 1).first_day(year).pred_opt().expect("the day before a valid day exists")
    }
}

impl From<Period> for i32 {
    fn from(period: Period) -> Self {
        period.0
    }
}

impl TryFrom<i32> for Period {
    type Error = NotAPeriod;
    fn try_from(number: i32) -> Result<Self, NotAPeriod> {
        Self::new(number)
    }
}

impl fmt::Display for Period {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn periods_tile_the_year_from_april_to_march() {
        let year = FinancialYear::starting(2023).expect("a year");
        let mut day = year.first_day();
        for period in Period::months() {
            assert_eq!(period.first_day(year), day);
            assert_eq!(Period::of(day), period);
            assert_eq!(Period::of(period.last_day(year)), period);
            day = period.last_day(year).succ_opt().expect("a day");
        }
        assert_eq!(day, year.next().first_day());
    }
}
