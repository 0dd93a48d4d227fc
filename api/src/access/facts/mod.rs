//! Reviewed readers of facts. They read every row of a root that the caller has found through its
//! view, because rules hold over all rows, whatever the viewer may see; what leaves is masked.

pub mod balances;
pub mod budgets;
pub mod contracts;
pub mod contributions;
pub mod funds;
pub mod heirs;
pub mod parties;
pub mod partners;
pub mod payments;
pub mod reach;
pub mod recordings;
pub mod releases;
pub mod restated;
pub mod supply_chain;
pub mod takeovers;
mod whole;
pub mod withholdings;
pub mod year_end;

use chrono::NaiveDate;
use entities::value::{FinancialYear, Instant, Period};

pub use whole::{Whole, whole};

/// What of a year's facts counts: what took effect by a day and was recorded by an instant.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Cutoff {
    /// The year.
    pub year: FinancialYear,
    /// The last day of effect that counts; never after the year's end.
    pub as_of: NaiveDate,
    /// The last instant of recording that counts; none when everything recorded counts.
    pub known_at: Option<Instant>,
}

impl Cutoff {
    /// What counts of `year` by `as_of`, as recorded by `known_at`.
    #[must_use]
    pub fn new(year: FinancialYear, as_of: NaiveDate, known_at: Option<Instant>) -> Self {
        Self { year, as_of: as_of.min(year.last_day()), known_at }
    }

    /// The number of the last period that has ended, 0 when none has. With March, the adjustment
    /// periods have ended too.
    #[must_use]
    pub fn last_ended_period(&self) -> i32 {
        let has_ended = |period: &Period| period.last_day(self.year) <= self.as_of;
        Period::all().filter(has_ended).map(Period::number).max().unwrap_or(0)
    }

    /// The period that has begun and not ended.
    #[must_use]
    pub fn current_period(&self) -> Option<Period> {
        Period::months().find(|period| {
            period.first_day(self.year) <= self.as_of && self.as_of < period.last_day(self.year)
        })
    }
}
