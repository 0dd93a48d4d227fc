//! Which year and period a date belongs to (rule M9).

use chrono::NaiveDate;
use entities::value::{FinancialYear, Period};

/// Why a date does not belong where it was meant to.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum CalendarRefusal {
    /// It lies in another financial year.
    #[error("{date} is not in the financial year {year}, 1 April to 31 March")]
    NotInYear {
        /// The date.
        date: NaiveDate,
        /// The year that was meant.
        year: FinancialYear,
    },
    /// It lies before 1974 or after 2199.
    #[error("{date} is outside the years that are kept here")]
    OutOfRange {
        /// The date.
        date: NaiveDate,
    },
    /// The period asked for is an ordinary month, which follows from the date.
    #[error("period {period} is a month and follows from the date: only 13 and 14 are asked for")]
    NotAnAdjustmentPeriod {
        /// The period.
        period: Period,
    },
    /// Adjustment periods have one day.
    #[error("adjustment period {period} takes effect on 31 March only, not on {date}")]
    AdjustmentNotOnLastDay {
        /// The period.
        period: Period,
        /// The date.
        date: NaiveDate,
    },
}

/// The year and period in which something effective on `date` counts: its month, or the adjustment
/// period asked for, which exists on 31 March only.
///
/// # Errors
/// When the adjustment period is not one, or the date is not 31 March.
pub fn period_of(
    date: NaiveDate,
    adjustment: Option<Period>,
) -> Result<(FinancialYear, Period), CalendarRefusal> {
    let year = FinancialYear::starting(FinancialYear::of(date).start_year())
        .ok_or(CalendarRefusal::OutOfRange { date })?;
    let Some(period) = adjustment else {
        return Ok((year, Period::of(date)));
    };
    if !period.is_adjustment() {
        return Err(CalendarRefusal::NotAnAdjustmentPeriod { period });
    }
    if date != year.last_day() {
        return Err(CalendarRefusal::AdjustmentNotOnLastDay { period, date });
    }
    Ok((year, period))
}

/// The period of `date` within `year`.
///
/// # Errors
/// As [`period_of`], and when the date lies in another year.
pub fn period_in_year(
    year: FinancialYear,
    date: NaiveDate,
    adjustment: Option<Period>,
) -> Result<Period, CalendarRefusal> {
    let (found, period) = period_of(date, adjustment)?;
    if found == year { Ok(period) } else { Err(CalendarRefusal::NotInYear { date, year }) }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn day(year: i32, month: u32, day: u32) -> NaiveDate {
        NaiveDate::from_ymd_opt(year, month, day).expect("a date")
    }

    fn period(number: i32) -> Period {
        Period::new(number).expect("a period")
    }

    #[test]
    fn m9_a_date_belongs_to_its_month() {
        let year = FinancialYear::starting(2025).expect("a year");
        assert_eq!(period_of(day(2025, 4, 1), None), Ok((year, period(1))));
        assert_eq!(period_in_year(year, day(2026, 3, 31), None), Ok(Period::MARCH));
        let date = day(2026, 4, 1);
        assert_eq!(
            period_in_year(year, date, None),
            Err(CalendarRefusal::NotInYear { date, year })
        );
    }

    #[test]
    fn m9_adjustment_periods_take_effect_on_31_march_only() {
        let year = FinancialYear::starting(2025).expect("a year");
        for number in [13, 14] {
            let period = period(number);
            assert_eq!(period_of(day(2026, 3, 31), Some(period)), Ok((year, period)));
            let date = day(2026, 3, 30);
            let refused = CalendarRefusal::AdjustmentNotOnLastDay { period, date };
            assert_eq!(period_of(date, Some(period)), Err(refused));
        }
        let refused = CalendarRefusal::NotAnAdjustmentPeriod { period: period(12) };
        assert_eq!(period_of(day(2026, 3, 31), Some(period(12))), Err(refused));
    }

    #[test]
    fn dates_outside_the_years_kept_are_refused_and_never_a_panic() {
        for date in [day(1974, 3, 31), day(2200, 4, 1), NaiveDate::MIN, NaiveDate::MAX] {
            assert_eq!(period_of(date, None), Err(CalendarRefusal::OutOfRange { date }));
        }
    }
}
