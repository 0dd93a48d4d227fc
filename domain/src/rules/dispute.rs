//! Disputes go up a ladder of agreed steps, one after the other, until they are resolved or
//! withdrawn.

use chrono::{Days, NaiveDate};

/// A step of the ladder.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Rung {
    /// Its place, from 1.
    pub number: i32,
    /// Within how many days after the step before it, or after the dispute was raised.
    pub within_days: Option<i32>,
}

/// The step that is to be taken next, and by when where that is agreed; none after the last.
#[must_use]
pub fn next(
    rungs: &[Rung],
    raised_on: NaiveDate,
    taken: &[(i32, NaiveDate)],
) -> Option<(i32, Option<NaiveDate>)> {
    let last = taken.iter().max_by_key(|(number, _)| *number);
    let (number, since) = last.map_or((0, raised_on), |(number, on)| (*number, *on));
    let rung = rungs.iter().filter(|rung| rung.number > number).min_by_key(|rung| rung.number)?;
    let days = rung.within_days.and_then(|days| u64::try_from(days).ok());
    Some((rung.number, days.and_then(|days| since.checked_add_days(Days::new(days)))))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn day(day: u32) -> NaiveDate {
        NaiveDate::from_ymd_opt(2025, 6, day).expect("a day")
    }

    #[test]
    fn a_dispute_goes_up_step_by_step_each_within_its_days_after_the_one_before() {
        let rungs = [
            Rung { number: 2, within_days: Some(5) },
            Rung { number: 1, within_days: Some(10) },
            Rung { number: 3, within_days: None },
        ];
        assert_eq!(next(&rungs, day(1), &[]), Some((1, Some(day(11)))));
        assert_eq!(next(&rungs, day(1), &[(1, day(4))]), Some((2, Some(day(9)))));
        assert_eq!(next(&rungs, day(1), &[(2, day(8)), (1, day(4))]), Some((3, None)));
        let all = [(1, day(4)), (2, day(8)), (3, day(9))];
        assert_eq!(next(&rungs, day(1), &all), None);
        assert_eq!(next(&[], day(1), &[]), None);
    }
}
