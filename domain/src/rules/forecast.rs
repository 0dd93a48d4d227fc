//! What a forecast still expects to be spent, at a date (rule M10).

use chrono::NaiveDate;
use entities::value::{FinancialYear, Pence, Period};

use super::profile::Months;

/// The remaining forecast of each month at the end of `as_of`.
///
/// Months to come count in full. Of the month that `as_of` lies in, what was already posted is
/// taken off, and never more than was forecast. Months that have ended expect nothing more:
/// whatever came of them is in the actuals. `posted` is what was spent less what was refunded.
#[must_use]
pub fn remaining(
    forecast: &Months,
    posted: &Months,
    year: FinancialYear,
    as_of: NaiveDate,
) -> Months {
    let mut months = [Pence::ZERO; 12];
    for (index, month) in Period::months().enumerate() {
        months[index] = if as_of >= month.last_day(year) {
            Pence::ZERO
        } else if as_of < month.first_day(year) {
            forecast[index]
        } else {
            still_expected(forecast[index], posted[index])
        };
    }
    months
}

/// Never past nothing: an overspent month does not eat into the months to come. A forecast below
/// nothing (money expected back) is the mirror image.
fn still_expected(forecast: Pence, posted: Pence) -> Pence {
    let rest = Pence(forecast.0.saturating_sub(posted.0));
    if forecast.is_negative() { rest.min(Pence::ZERO) } else { rest.max(Pence::ZERO) }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn remaining_in_may(forecast: i64, posted: i64, as_of: (i32, u32, u32)) -> [i64; 3] {
        let year = FinancialYear::starting(2025).expect("a year");
        let as_of = NaiveDate::from_ymd_opt(as_of.0, as_of.1, as_of.2).expect("a date");
        let months = remaining(&[Pence(forecast); 12], &[Pence(posted); 12], year, as_of);
        [months[0].0, months[1].0, months[2].0]
    }

    #[test]
    fn m10_past_months_expect_nothing_the_current_one_its_rest_and_later_ones_all() {
        assert_eq!(remaining_in_may(100, 30, (2025, 5, 15)), [0, 70, 100]);
        assert_eq!(remaining_in_may(100, 130, (2025, 5, 15)), [0, 0, 100]);
        assert_eq!(remaining_in_may(100, -30, (2025, 5, 15)), [0, 130, 100]);
        assert_eq!(remaining_in_may(-100, -30, (2025, 5, 15)), [0, -70, -100]);
        assert_eq!(remaining_in_may(-100, -130, (2025, 5, 15)), [0, 0, -100]);
    }

    #[test]
    fn m10_a_month_has_ended_on_its_last_day() {
        assert_eq!(remaining_in_may(100, 30, (2025, 5, 31)), [0, 0, 100]);
        assert_eq!(remaining_in_may(100, 30, (2025, 3, 31)), [100, 100, 100]);
        assert_eq!(remaining_in_may(100, 30, (2026, 3, 31)), [0, 0, 0]);
    }

    #[test]
    fn m10_a_month_has_begun_on_its_first_day_and_not_the_day_before() {
        assert_eq!(remaining_in_may(100, 30, (2025, 5, 1)), [0, 70, 100]);
        assert_eq!(remaining_in_may(100, 30, (2025, 4, 30)), [0, 100, 100]);
    }
}
