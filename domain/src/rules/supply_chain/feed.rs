use chrono::NaiveDate;

use super::{SharedDays, Term};

/// The days on which what is done under a link feeds a measure, both included: the last is before the
/// first of what never began, and none while none is known.
pub type FedDays = SharedDays;

/// Why a link does not feed a measure, or goes on to.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum NotFed {
    /// It begins on a day of which the link is not.
    #[error("give a first day on which the subcontract is in force")]
    OutsideTheLink,
    /// The last day is before the first.
    #[error("give a last day that is not before the first")]
    EndsBeforeItBegins,
    /// It feeds the measure on some of the days already.
    #[error(
        "the subcontract feeds this measure on some of these days already: end that first, or give \
         other days"
    )]
    FedAlready,
    /// What was told of days that have passed stays told.
    #[error("give today or a later day: what has passed stays as it was seen")]
    InThePast,
    /// It feeds nothing after that day anyway.
    #[error("it feeds the measure no longer than that anyway: give an earlier day")]
    EndsByThen,
}

/// That a link in force in a term feeds a measure on some days, beside those on which it does. They may
/// have passed: what a measure is they tell, and no price.
///
/// # Errors
/// Why not.
pub fn is_feedable(known: &[FedDays], new: FedDays, link: Term) -> Result<(), NotFed> {
    if new.first < link.first || link.last < new.first {
        return Err(NotFed::OutsideTheLink);
    }
    if new.last.is_some_and(|last| last < new.first) {
        return Err(NotFed::EndsBeforeItBegins);
    }
    if known.iter().any(|it| it.overlaps(new)) { Err(NotFed::FedAlready) } else { Ok(()) }
}

/// That what feeds a measure can end on a day that it did not end on.
///
/// # Errors
/// Why not.
pub fn is_endable(fed: FedDays, last: NaiveDate, today: NaiveDate) -> Result<(), NotFed> {
    if last < today {
        return Err(NotFed::InThePast);
    }
    if fed.last.is_some_and(|planned| planned <= last) {
        return Err(NotFed::EndsByThen);
    }
    Ok(())
}

/// True when some of these days are days of a term.
#[must_use]
pub fn feeds_within(fed: &[FedDays], term: Term) -> bool {
    let term = FedDays { first: term.first, last: Some(term.last) };
    fed.iter().any(|it| it.overlaps(term))
}

#[cfg(test)]
mod tests {
    use super::super::testing::day;
    use super::*;

    fn days(first: u32, last: Option<u32>) -> FedDays {
        let on = |it| day(2025, 5, it);
        FedDays { first: on(first), last: last.map(on) }
    }

    fn term(first: u32, last: u32) -> Term {
        Term { first: day(2025, 5, first), last: day(2025, 5, last) }
    }

    #[test]
    fn a_link_feeds_a_measure_from_a_day_on_which_it_is_in_force() {
        let may = |new| is_feedable(&[], new, term(5, 20));
        assert_eq!(may(days(4, None)), Err(NotFed::OutsideTheLink));
        assert_eq!(may(days(5, None)), Ok(()));
        assert_eq!(may(days(20, Some(20))), Ok(()));
        assert_eq!(may(days(21, None)), Err(NotFed::OutsideTheLink));
        assert_eq!(may(days(10, Some(9))), Err(NotFed::EndsBeforeItBegins));
    }

    #[test]
    fn no_day_is_fed_twice() {
        let known = [days(5, Some(10)), days(15, Some(14)), days(20, None)];
        let may = |new| is_feedable(&known, new, term(1, 31));
        assert_eq!(may(days(11, Some(19))), Ok(()), "what never began is on no day");
        for new in [days(1, Some(5)), days(10, Some(11)), days(11, None)] {
            assert_eq!(may(new), Err(NotFed::FedAlready), "{new:?}");
        }
    }

    #[test]
    fn what_has_passed_stays_as_it_was_told() {
        let today = day(2025, 5, 10);
        let end = |last| is_endable(days(5, Some(20)), day(2025, 5, last), today);
        assert_eq!(end(9), Err(NotFed::InThePast));
        assert_eq!(end(10), Ok(()));
        assert_eq!(end(19), Ok(()));
        assert_eq!(end(20), Err(NotFed::EndsByThen));
        assert_eq!(is_endable(days(5, None), day(2030, 1, 1), today), Ok(()));
    }

    #[test]
    fn a_term_is_fed_when_one_of_its_days_is() {
        let fed =
            |first, last| feeds_within(&[days(5, Some(10)), days(20, None)], term(first, last));
        assert!(fed(1, 5) && fed(10, 12) && fed(30, 31));
        assert!(!fed(1, 4) && !fed(11, 19));
    }
}
