use chrono::NaiveDate;

/// The days on which the lead provider shares what a link is worth with the members of its consortium,
/// both included.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct SharedDays {
    /// The first.
    pub first: NaiveDate,
    /// The last; before the first of what was called off before it began, and none while none is known.
    pub last: Option<NaiveDate>,
}

/// Why days are not shared, or go on to be.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum NotShared {
    /// Of a day that has passed nothing is opened, and nothing hidden.
    #[error("give today or a later day: what has passed stays as it was seen")]
    InThePast,
    /// The last day is before the first.
    #[error("give a last day that is not before the first")]
    EndsBeforeItBegins,
    /// Some of the days are shared already.
    #[error(
        "its value is shared on some of these days already: stop that first, or give other days"
    )]
    SharedAlready,
    /// Nothing is shared after that day anyway.
    #[error("it is not shared after that day anyway: give an earlier one")]
    EndsByThen,
}

impl SharedDays {
    /// True when some day is one of these and of those.
    #[must_use]
    pub fn overlaps(self, other: Self) -> bool {
        let has_days = |it: Self| it.last.is_none_or(|last| it.first <= last);
        has_days(self)
            && has_days(other)
            && other.last.is_none_or(|last| self.first <= last)
            && self.last.is_none_or(|last| other.first <= last)
    }
}

/// That days can be shared beside those that are.
///
/// # Errors
/// Why not.
pub fn is_shareable(
    known: &[SharedDays],
    new: SharedDays,
    today: NaiveDate,
) -> Result<(), NotShared> {
    if new.first < today {
        return Err(NotShared::InThePast);
    }
    if new.last.is_some_and(|last| last < new.first) {
        return Err(NotShared::EndsBeforeItBegins);
    }
    if known.iter().any(|it| it.overlaps(new)) { Err(NotShared::SharedAlready) } else { Ok(()) }
}

/// That days that are shared can end on a day that they did not end on.
///
/// # Errors
/// Why not.
pub fn is_stoppable(
    shared: SharedDays,
    last: NaiveDate,
    today: NaiveDate,
) -> Result<(), NotShared> {
    if last < today {
        return Err(NotShared::InThePast);
    }
    if shared.last.is_some_and(|planned| planned <= last) {
        return Err(NotShared::EndsByThen);
    }
    Ok(())
}

/// True when something that stood from a day on, until something else took its place, stood on one of
/// some spells of days.
#[must_use]
pub fn stood_within(
    spells: &[(NaiveDate, NaiveDate)],
    since: NaiveDate,
    replaced_on: Option<NaiveDate>,
) -> bool {
    let within = |(first, last): &(NaiveDate, NaiveDate)| {
        since <= *last && replaced_on.is_none_or(|day| *first < day || *first == since)
    };
    spells.iter().any(within)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::super::testing::day;
    use super::*;

    fn days(first: u32, last: Option<u32>) -> SharedDays {
        let on = |it| day(2025, 5, it);
        SharedDays { first: on(first), last: last.map(on) }
    }

    #[test]
    fn what_has_passed_is_neither_opened_nor_hidden() {
        let today = day(2025, 5, 10);
        assert_eq!(is_shareable(&[], days(9, None), today), Err(NotShared::InThePast));
        assert_eq!(is_shareable(&[], days(10, Some(10)), today), Ok(()));
        let stop = |last| is_stoppable(days(5, Some(20)), day(2025, 5, last), today);
        assert_eq!(stop(9), Err(NotShared::InThePast));
        assert_eq!(stop(10), Ok(()));
        assert_eq!(stop(19), Ok(()));
        assert_eq!(stop(20), Err(NotShared::EndsByThen));
        assert_eq!(is_stoppable(days(5, None), day(2030, 1, 1), today), Ok(()));
    }

    #[test]
    fn no_day_is_shared_twice() {
        let today = day(2025, 5, 1);
        let known = [days(5, Some(10)), days(20, None), days(12, Some(11))];
        let may = |new| is_shareable(&known, new, today);
        assert_eq!(may(days(1, Some(4))), Ok(()));
        assert_eq!(may(days(11, Some(19))), Ok(()), "what was called off is on no day");
        for new in [days(1, Some(5)), days(10, Some(11)), days(11, None), days(25, Some(26))] {
            assert_eq!(may(new), Err(NotShared::SharedAlready), "{new:?}");
        }
        assert_eq!(may(days(15, Some(14))), Err(NotShared::EndsBeforeItBegins));
    }

    #[test]
    fn what_was_replaced_before_a_spell_did_not_stand_within_it() {
        let on = |it| day(2025, 5, it);
        let spells = [(on(5), on(10)), (on(20), on(25))];
        let stood =
            |since, replaced: Option<u32>| stood_within(&spells, on(since), replaced.map(on));
        assert!(stood(1, None) && stood(10, None) && stood(25, None) && !stood(26, None));
        assert!(!stood(1, Some(5)) && stood(1, Some(6)) && stood(9, Some(12)));
        assert!(!stood(11, Some(20)) && stood(11, Some(21)));
        assert!(stood(5, Some(5)), "of a day everything that stood on it");
    }

    proptest! {
        #[test]
        fn days_overlap_when_one_of_them_is_of_both(
            one in (1..28_u32, prop::option::of(1..28_u32)),
            two in (1..28_u32, prop::option::of(1..28_u32)),
        ) {
            let (one, two) = (days(one.0, one.1), days(two.0, two.1));
            let holds = |it: SharedDays, on| it.first <= on && it.last.is_none_or(|last| on <= last);
            let both = (1..=31).map(|it| day(2025, 5, it)).any(|on| holds(one, on) && holds(two, on));
            prop_assert_eq!(one.overlaps(two), both);
            prop_assert_eq!(two.overlaps(one), both);
        }
    }
}
