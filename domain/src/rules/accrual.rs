//! When an accrual reverses itself (rule M9).

use entities::value::{FinancialYear, Period};

use super::closing::{Closing, PeriodState, state_of};

/// The year and period after the one in which an accrual took effect. After March, and after the
/// adjustment periods, it is April of the next year.
#[must_use]
pub fn next_period(year: FinancialYear, period: Period) -> (FinancialYear, Period) {
    let next = Period::months().find(|month| *month > period);
    next.map_or((year.next(), Period::APRIL), |month| (year, month))
}

/// The period in which an accrual reverses itself: `next`, or where that is closed already, the first
/// month after it that is not; none when every month is closed.
#[must_use]
pub fn reverses_in(next: Period, closings: &[Closing]) -> Option<Period> {
    let is_closed = |month: &Period| state_of(*month, closings) == PeriodState::Closed;
    Period::months().find(|month| *month >= next && !is_closed(month))
}

#[cfg(test)]
mod tests {
    use entities::period_closing::PeriodStatus;

    use super::*;

    fn period(number: i32) -> Period {
        Period::new(number).expect("a period")
    }

    #[test]
    fn m9_the_next_period_of_march_and_of_the_adjustment_periods_is_next_april() {
        let year = FinancialYear::starting(2025).expect("a year");
        assert_eq!(next_period(year, period(1)), (year, period(2)));
        assert_eq!(next_period(year, period(11)), (year, Period::MARCH));
        for number in [12, 13, 14] {
            assert_eq!(next_period(year, period(number)), (year.next(), Period::APRIL));
        }
    }

    #[test]
    fn m9_an_accrual_does_not_wait_for_a_period_that_is_closed() {
        let closed = |number, status| Closing { period: period(number), status };
        let closings = [closed(1, PeriodStatus::Closed), closed(2, PeriodStatus::SoftClosed)];
        assert_eq!(reverses_in(period(1), &[]), Some(period(1)));
        assert_eq!(reverses_in(period(1), &closings), Some(period(2)));
        let all: Vec<_> = (1..=12).map(|number| closed(number, PeriodStatus::Closed)).collect();
        assert_eq!(reverses_in(period(1), &all), None);
    }
}
