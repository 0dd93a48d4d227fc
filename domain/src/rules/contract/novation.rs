//! One contract in the place of others, and those that come back (worked example A6).

use chrono::NaiveDate;
use entities::{contract_status_change::ContractStatus as Status, value::Instant};

use super::status::{Change, NoStep, Step, can_take, is_end, stands};

/// The most contracts that are replaced, or come back, at once.
pub const MOST_CONTRACTS: usize = 3_000;

/// That a contract is replaced by another, as it is on record.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Novation {
    /// The first day on which it is.
    pub from: NaiveDate,
    /// When that was recorded.
    pub known_at: Instant,
    /// The first day on which it is back, and when that was recorded; none while it is not unfolded.
    pub unfolded: Option<(NaiveDate, Instant)>,
}

impl Novation {
    /// True when the contract is replaced on a day, by what was known at an instant.
    #[must_use]
    pub fn stands(self, day: NaiveDate, known_at: Instant) -> bool {
        let is_back = |(from, told): (NaiveDate, Instant)| told <= known_at && from <= day;
        let is_known = self.known_at <= known_at && self.from <= day;
        is_known && !self.unfolded.is_some_and(is_back)
    }
}

/// Why a contract takes the place of no other.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum NotAHead {
    /// It was not awarded by the day, or it ends before its last day.
    #[error("a contract that was awarded, and was not ended, takes the place of others")]
    NotAwarded,
    /// The day is none of its own.
    #[error("the contract that takes the place of others lasts on that day")]
    OutsideItsTerm,
}

/// Whether a contract takes the place of others from a day on, by its changes and its first and last
/// day, where they are known.
///
/// # Errors
/// Why not.
pub fn can_replace(
    changes: &[Change],
    (starts_on, ends_on): (Option<NaiveDate>, Option<NaiveDate>),
    day: NaiveDate,
) -> Result<(), NotAHead> {
    let has_ended = changes.last().is_none_or(|last| is_end(last.status));
    // Whether its last day has passed is asked by itself.
    let status = stands(changes, None, day).map(|it| it.status);
    if has_ended || status.is_none_or(|it| it == Status::Draft || is_end(it)) {
        return Err(NotAHead::NotAwarded);
    }
    let is_before = starts_on.is_some_and(|first| day < first);
    if is_before || ends_on.is_some_and(|last| last < day) {
        return Err(NotAHead::OutsideItsTerm);
    }
    Ok(())
}

/// Why a contract does not come back.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum NotBack {
    /// It would be back after its last day.
    #[error("its last day was {0}: it does not come back after that")]
    TermHasPassed(NaiveDate),
    /// Nothing leads there.
    #[error(transparent)]
    NoStep(#[from] NoStep),
}

/// Whether a contract that was replaced is back from a day on.
///
/// # Errors
/// Why not.
pub fn can_come_back(
    changes: &[Change],
    ends_on: Option<NaiveDate>,
    day: NaiveDate,
) -> Result<(), NotBack> {
    can_take(Step::Unfold, changes, ends_on, day)?;
    match ends_on.filter(|last| *last < day) {
        Some(last) => Err(NotBack::TermHasPassed(last)),
        None => Ok(()),
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn day(day: u32) -> NaiveDate {
        NaiveDate::from_ymd_opt(2026, 5, day).expect("a day")
    }

    fn at(micros: i64) -> Instant {
        Instant(micros)
    }

    fn change(status: Status, on: u32) -> Change {
        Change { status, effective_on: day(on) }
    }

    const ALWAYS: (Option<NaiveDate>, Option<NaiveDate>) = (None, None);

    #[test]
    fn a_contract_is_replaced_from_the_day_until_it_is_back_by_what_was_known() {
        let open = Novation { from: day(5), known_at: at(10), unfolded: None };
        assert!(open.stands(day(5), at(10)) && open.stands(day(31), at(99)));
        assert!(!open.stands(day(4), at(99)) && !open.stands(day(31), at(9)));
        let unfolded = Novation { unfolded: Some((day(20), at(50))), ..open };
        assert!(unfolded.stands(day(19), at(99)) && !unfolded.stands(day(20), at(50)));
        assert!(unfolded.stands(day(20), at(49)), "as it was known then");
    }

    #[test]
    fn c8_what_was_awarded_and_has_not_ended_takes_the_place_of_others() {
        let awarded = [change(Status::Draft, 1), change(Status::InStandstill, 5)];
        assert_eq!(can_replace(&awarded, ALWAYS, day(5)), Ok(()));
        assert_eq!(can_replace(&awarded, ALWAYS, day(4)), Err(NotAHead::NotAwarded), "a draft");
        assert_eq!(can_replace(&awarded[..1], ALWAYS, day(9)), Err(NotAHead::NotAwarded));
        assert_eq!(can_replace(&awarded[1..], ALWAYS, day(4)), Err(NotAHead::NotAwarded));
        assert_eq!(can_replace(&[], ALWAYS, day(9)), Err(NotAHead::NotAwarded));
        let ends = [change(Status::Active, 5), change(Status::Terminated, 20)];
        assert_eq!(can_replace(&ends, ALWAYS, day(9)), Err(NotAHead::NotAwarded), "it will end");
        let back = [ends[0], ends[1], change(Status::Active, 25)];
        assert_eq!(can_replace(&back, ALWAYS, day(25)), Ok(()));
        assert_eq!(can_replace(&back, ALWAYS, day(24)), Err(NotAHead::NotAwarded));
    }

    #[test]
    fn a_contract_takes_the_place_of_others_on_days_of_its_own() {
        let active = [change(Status::Active, 1)];
        let on = |it| can_replace(&active, (Some(day(3)), Some(day(9))), day(it));
        assert_eq!((on(3), on(9)), (Ok(()), Ok(())));
        assert_eq!(on(2), Err(NotAHead::OutsideItsTerm));
        assert_eq!(on(10), Err(NotAHead::OutsideItsTerm));
    }

    #[test]
    fn c8_what_was_terminated_comes_back_by_its_last_day_and_not_before_it_ended() {
        let ended = [change(Status::Active, 1), change(Status::Terminated, 5)];
        let back = |it| can_come_back(&ended, Some(day(20)), day(it));
        assert_eq!((back(5), back(20)), (Ok(()), Ok(())));
        assert_eq!(back(21), Err(NotBack::TermHasPassed(day(20))));
        assert_eq!(back(4), Err(NotBack::NoStep(NoStep::BeforeTheLast(day(5)))));
        assert_eq!(can_come_back(&ended, None, day(31)), Ok(()));
        let running = can_come_back(&ended[..1], None, day(9));
        assert_eq!(running, Err(NotBack::NoStep(NoStep::NotFromHere)));
    }

    proptest! {
        /// Replaced and unfolded however often, a contract is never both replaced and running.
        #[test]
        fn a_contract_stands_terminated_just_while_it_is_replaced(
            days in proptest::collection::vec(1_u32..28, 2..8),
            asked in 1_u32..31,
        ) {
            let mut days = days;
            days.sort_unstable();
            let mut changes = vec![change(Status::Active, 1)];
            let mut novations: Vec<Novation> = Vec::new();
            for (place, on) in days.into_iter().enumerate() {
                let is_novated = place % 2 == 0;
                let step = if is_novated { Step::Terminate } else { Step::Unfold };
                prop_assert_eq!(can_take(step, &changes, None, day(on)), Ok(()));
                changes.push(change(step.to(), on));
                match novations.last_mut().filter(|_| !is_novated) {
                    Some(last) => last.unfolded = Some((day(on), at(0))),
                    None => novations.push(Novation {
                        from: day(on), known_at: at(0), unfolded: None,
                    }),
                }
            }
            let stand = novations.iter().filter(|it| it.stands(day(asked), at(0))).count();
            let status = stands(&changes, None, day(asked)).map(|it| it.status);
            prop_assert_eq!(stand, usize::from(status == Some(Status::Terminated)));
        }
    }
}
