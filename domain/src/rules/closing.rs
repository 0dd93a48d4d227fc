//! How the periods of a year close (rule M9). A closing is never undone.

use entities::{period_closing::PeriodStatus, value::Period};

/// One closing of a period, as recorded.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Closing {
    /// The period.
    pub period: Period,
    /// How far it was closed.
    pub status: PeriodStatus,
}

/// Whether a period takes postings. Later states are further closed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum PeriodState {
    /// Anybody who may post, may.
    Open,
    /// The host may post, with a reason.
    SoftClosed,
    /// Nothing can be posted any more.
    Closed,
}

impl From<PeriodStatus> for PeriodState {
    fn from(status: PeriodStatus) -> Self {
        match status {
            PeriodStatus::SoftClosed => Self::SoftClosed,
            PeriodStatus::Closed => Self::Closed,
        }
    }
}

/// Why nothing can be posted into a period.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum PeriodRefusal {
    /// It is soft-closed, and somebody other than the host posts.
    #[error("the period is soft-closed: only the host may post into it now")]
    OnlyHost,
    /// It is soft-closed and no reason was given.
    #[error("the period is soft-closed: give a reason for posting into it")]
    NeedsReason,
    /// It is closed.
    #[error("the period is closed: post a correction into an open period and name this one")]
    Closed,
}

/// Why a period cannot be closed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ClosingRefusal {
    /// It is already as far closed, or further.
    #[error("period {period} is already closed as far as that, and a closing is never undone")]
    AlreadyClosed {
        /// The period.
        period: Period,
    },
    /// An earlier period of the year is less far closed.
    #[error("close period {earlier} first: the periods of a year close in their order")]
    EarlierNotClosed {
        /// The first such period.
        earlier: Period,
    },
}

/// The state of `period` after all `closings` of its fund and year, in whatever order they are given.
#[must_use]
pub fn state_of(period: Period, closings: &[Closing]) -> PeriodState {
    closings
        .iter()
        .filter(|closing| closing.period == period)
        .map(|closing| closing.status.into())
        .max()
        .unwrap_or(PeriodState::Open)
}

/// True when every period of the year is closed, adjustment periods included.
#[must_use]
pub fn year_is_closed(closings: &[Closing]) -> bool {
    Period::all().all(|period| state_of(period, closings) == PeriodState::Closed)
}

/// Whether something can be posted into a period in `state`. Whitespace is not a reason.
///
/// # Errors
/// When the period is closed, or soft-closed and there is no reason or it is not the host's.
pub fn may_post_into(
    state: PeriodState,
    by_host: bool,
    reason: Option<&str>,
) -> Result<(), PeriodRefusal> {
    let has_reason = reason.is_some_and(|reason| !reason.trim().is_empty());
    match state {
        PeriodState::Open => Ok(()),
        PeriodState::SoftClosed if !by_host => Err(PeriodRefusal::OnlyHost),
        PeriodState::SoftClosed if has_reason => Ok(()),
        PeriodState::SoftClosed => Err(PeriodRefusal::NeedsReason),
        PeriodState::Closed => Err(PeriodRefusal::Closed),
    }
}

/// Whether `period` can be closed as far as `status`: each earlier period of the year has to be as
/// far closed. A period may be closed with or without a soft closing before.
///
/// # Errors
/// When it is already as far closed, or an earlier one is not.
pub fn may_close(
    period: Period,
    status: PeriodStatus,
    closings: &[Closing],
) -> Result<(), ClosingRefusal> {
    let wanted = PeriodState::from(status);
    if state_of(period, closings) >= wanted {
        return Err(ClosingRefusal::AlreadyClosed { period });
    }
    let earlier = Period::all().find(|it| *it < period && state_of(*it, closings) < wanted);
    earlier.map_or(Ok(()), |earlier| Err(ClosingRefusal::EarlierNotClosed { earlier }))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn period(number: i32) -> Period {
        Period::new(number).expect("a period")
    }

    #[test]
    fn m9_a_soft_closed_period_takes_postings_with_a_reason_and_a_closed_one_none() {
        use PeriodState::{Closed, Open, SoftClosed};
        assert_eq!(may_post_into(Open, false, None), Ok(()));
        assert_eq!(may_post_into(SoftClosed, true, Some("late invoice")), Ok(()));
        assert_eq!(may_post_into(SoftClosed, true, Some(" ")), Err(PeriodRefusal::NeedsReason));
        assert_eq!(may_post_into(SoftClosed, true, None), Err(PeriodRefusal::NeedsReason));
        let by_partner = may_post_into(SoftClosed, false, Some("late invoice"));
        assert_eq!(by_partner, Err(PeriodRefusal::OnlyHost));
        assert_eq!(may_post_into(Closed, true, Some("late invoice")), Err(PeriodRefusal::Closed));
    }

    #[test]
    fn m9_may_closes_after_april_and_once() {
        let april = Closing { period: period(1), status: PeriodStatus::SoftClosed };
        let earlier = period(1);
        let refused = Err(ClosingRefusal::EarlierNotClosed { earlier });
        assert_eq!(may_close(period(2), PeriodStatus::SoftClosed, &[]), refused);
        assert_eq!(may_close(period(2), PeriodStatus::SoftClosed, &[april]), Ok(()));
        assert_eq!(may_close(period(2), PeriodStatus::Closed, &[april]), refused);
        assert_eq!(may_close(period(1), PeriodStatus::Closed, &[april]), Ok(()));
        let closed = Closing { status: PeriodStatus::Closed, ..april };
        assert_eq!(state_of(period(1), &[closed, april]), PeriodState::Closed);
        let again = may_close(period(1), PeriodStatus::SoftClosed, &[april]);
        assert_eq!(again, Err(ClosingRefusal::AlreadyClosed { period: period(1) }));
    }

    #[test]
    fn m9_a_year_is_closed_with_the_last_of_its_adjustment_periods_and_never_softly() {
        let year = |status| Period::all().map(move |period| Closing { period, status });
        let closed: Vec<_> = year(PeriodStatus::Closed).collect();
        assert!(year_is_closed(&closed));
        assert!(!year_is_closed(&closed[..13]), "period 14 is open");
        let softly: Vec<_> = year(PeriodStatus::SoftClosed).collect();
        assert!(!year_is_closed(&softly));
    }

    proptest! {
        #[test]
        fn m9_whatever_is_tried_a_period_is_never_further_closed_than_an_earlier_one(
            attempts in prop::collection::vec((1..=14_i32, any::<bool>()), 0..200),
        ) {
            let mut closings = Vec::new();
            for (number, softly) in attempts {
                let status = if softly { PeriodStatus::SoftClosed } else { PeriodStatus::Closed };
                let period = period(number);
                if may_close(period, status, &closings).is_ok() {
                    closings.push(Closing { period, status });
                }
                let states: Vec<_> = Period::all().map(|it| state_of(it, &closings)).collect();
                prop_assert!(states.is_sorted_by(|earlier, later| earlier >= later));
                prop_assert_eq!(year_is_closed(&closings), states[13] == PeriodState::Closed);
            }
        }
    }
}
