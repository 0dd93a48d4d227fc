//! Notice to leave an agreement takes effect after the months that were agreed.

use chrono::{Months, NaiveDate};

/// The day on which notice given on `given_on` takes effect: the same day so many months later, or
/// the last of that month where it has no such day. None beyond the calendar.
#[must_use]
pub fn takes_effect_on(given_on: NaiveDate, months: i32) -> Option<NaiveDate> {
    given_on.checked_add_months(Months::new(u32::try_from(months).ok()?))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn day(year: i32, month: u32, day: u32) -> NaiveDate {
        NaiveDate::from_ymd_opt(year, month, day).expect("a day")
    }

    #[test]
    fn notice_takes_effect_months_later_at_the_months_end_where_there_is_no_such_day() {
        let effect = |from, months| takes_effect_on(from, months);
        assert_eq!(effect(day(2025, 3, 31), 12), Some(day(2026, 3, 31)));
        assert_eq!(effect(day(2025, 8, 31), 6), Some(day(2026, 2, 28)));
        assert_eq!(effect(day(2025, 8, 31), 0), Some(day(2025, 8, 31)));
        assert_eq!(effect(day(2025, 8, 31), -1), None);
    }
}
