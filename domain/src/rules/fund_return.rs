//! Returns on a fund: the day that each speaks of, which variances need a narrative, and how a
//! return stands by what was done to it.

use chrono::NaiveDate;
use entities::{
    fund_return::ReturnSpan,
    return_answer::AnswerKind,
    value::{FinancialYear, Pence, Period},
};
use uuid::Uuid;

use super::position::Figures;

/// Above which variance of a scheme the host says why. Of two bounds either is enough.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Threshold {
    /// In pence, whichever way the variance goes; none when no amount counts.
    pub amount: Option<Pence>,
    /// In basis points of the budget that the variance is held against; none when none count.
    pub basis_points: Option<i32>,
}

/// A partner whose answer a return needs, and its place in the agreement, which a successor takes
/// over (rule G5).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Needed {
    /// The partner that answers today.
    pub organisation: Uuid,
    /// Its place.
    pub place: i32,
}

/// What was done to one version of a return.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Deeds {
    /// True once the host has submitted it.
    pub is_submitted: bool,
    /// True once a later version was submitted.
    pub is_superseded: bool,
    /// True once the host's approver has approved it.
    pub is_approved: bool,
    /// What each place was last told or told itself, in the order in which it was recorded.
    pub answers: Vec<(i32, AnswerKind)>,
}

/// How a version of a return stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum State {
    /// The host writes it.
    Draft,
    /// The host has submitted it, and some partner has not answered.
    Submitted,
    /// A partner has asked something that is not answered.
    Queried,
    /// Every partner has agreed it.
    Agreed,
    /// It was approved: it never changes again.
    Approved,
    /// A later version was submitted in its place.
    Superseded,
}

/// What somebody still owes to a return.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Duty {
    /// The host is to submit it.
    Submit,
    /// The host is to answer the query of a partner.
    AnswerQuery,
    /// The partner is to agree it, or to query it.
    Agree,
    /// The host's approver is to approve it.
    Approve,
}

impl Threshold {
    /// True when a variance is above one of the bounds.
    #[must_use]
    pub fn is_exceeded(&self, variance: Pence, budget: Pence) -> bool {
        let variance = i128::from(variance.0).abs();
        let above_amount = |amount: Pence| variance > i128::from(amount.0);
        let above_part =
            |points: i32| variance * 10_000 > i128::from(budget.0).abs() * i128::from(points);
        self.amount.is_some_and(above_amount) || self.basis_points.is_some_and(above_part)
    }

    /// True when the figures of a scheme need a narrative: by the variance of the outturn, and
    /// without a forecast by the one to date (rule M4).
    #[must_use]
    pub fn needs_narrative(&self, figures: &Figures) -> bool {
        match figures.variance {
            Some(variance) => self.is_exceeded(variance, figures.budget),
            None => self.is_exceeded(figures.variance_to_date, figures.budget_to_date),
        }
    }
}

/// The last day that a return of a span speaks of.
#[must_use]
pub fn last_day(year: FinancialYear, span: ReturnSpan) -> NaiveDate {
    let last_month = match span {
        ReturnSpan::FirstQuarter => 3,
        ReturnSpan::SecondQuarter => 6,
        ReturnSpan::ThirdQuarter => 9,
        ReturnSpan::FourthQuarter | ReturnSpan::Year => 12,
    };
    let month = Period::months().find(|period| period.number() == last_month);
    month.map_or_else(|| year.last_day(), |period| period.last_day(year))
}

impl Deeds {
    fn last_of(&self, place: i32) -> Option<AnswerKind> {
        self.answers.iter().rev().find(|(of, _)| *of == place).map(|(_, kind)| *kind)
    }

    /// True when the partner at this place has asked something that is not answered.
    #[must_use]
    pub fn has_queried(&self, place: i32) -> bool {
        self.last_of(place) == Some(AnswerKind::Queried)
    }

    /// True when the partner at this place has agreed.
    #[must_use]
    pub fn has_agreed(&self, place: i32) -> bool {
        self.last_of(place) == Some(AnswerKind::Agreed)
    }

    /// How the return stands, when it needs the answers of these partners.
    #[must_use]
    pub fn state(&self, needed: &[Needed]) -> State {
        if self.is_approved {
            State::Approved
        } else if self.is_superseded {
            State::Superseded
        } else if !self.is_submitted {
            State::Draft
        } else if needed.iter().any(|it| self.has_queried(it.place)) {
            State::Queried
        } else if needed.iter().all(|it| self.has_agreed(it.place)) {
            State::Agreed
        } else {
            State::Submitted
        }
    }

    /// What is owed, and by which partner; by the host where none is named.
    #[must_use]
    pub fn outstanding(&self, needed: &[Needed]) -> Vec<(Option<Uuid>, Duty)> {
        match self.state(needed) {
            State::Approved | State::Superseded => Vec::new(),
            State::Draft => vec![(None, Duty::Submit)],
            State::Agreed => vec![(None, Duty::Approve)],
            State::Submitted | State::Queried => {
                let waiting = needed.iter().filter(|it| !self.has_agreed(it.place));
                let duty = |it: &Needed| match self.has_queried(it.place) {
                    true => (None, Duty::AnswerQuery),
                    false => (Some(it.organisation), Duty::Agree),
                };
                waiting.map(duty).collect()
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    const PARTNER: Needed = Needed { organisation: Uuid::from_u128(1), place: 1 };
    const OTHER: Needed = Needed { organisation: Uuid::from_u128(2), place: 2 };

    fn submitted(answers: &[(i32, AnswerKind)]) -> Deeds {
        Deeds { is_submitted: true, answers: answers.to_vec(), ..Deeds::default() }
    }

    #[test]
    fn a_return_speaks_of_the_last_day_of_its_span() {
        let year = FinancialYear::starting(2025).expect("a year");
        let last = |span| last_day(year, span).to_string();
        assert_eq!(last(ReturnSpan::FirstQuarter), "2025-06-30");
        assert_eq!(last(ReturnSpan::SecondQuarter), "2025-09-30");
        assert_eq!(last(ReturnSpan::ThirdQuarter), "2025-12-31");
        assert_eq!(last(ReturnSpan::FourthQuarter), "2026-03-31");
        assert_eq!(last(ReturnSpan::Year), "2026-03-31");
    }

    #[test]
    fn a_variance_above_either_bound_needs_a_narrative_and_one_at_it_does_not() {
        let both = Threshold { amount: Some(Pence(1_000)), basis_points: Some(500) };
        assert!(!both.is_exceeded(Pence(1_000), Pence(20_000)));
        assert!(both.is_exceeded(Pence(-1_001), Pence(100_000)));
        assert!(both.is_exceeded(Pence(51), Pence(1_000)), "above 5% of the budget");
        assert!(!both.is_exceeded(Pence(50), Pence(1_000)));
        assert!(both.is_exceeded(Pence(1), Pence(0)), "unbudgeted");
        let by_amount = Threshold { basis_points: None, ..both };
        assert!(!by_amount.is_exceeded(Pence(51), Pence(1_000)));
        assert!(!Threshold::default().is_exceeded(Pence(i64::MIN), Pence(0)));
    }

    #[test]
    fn m4_without_a_forecast_the_variance_to_date_is_what_needs_a_narrative() {
        let threshold = Threshold { amount: Some(Pence(100)), basis_points: None };
        let quiet = Figures { variance_to_date: Pence(500), ..Figures::ZERO };
        assert!(!threshold.needs_narrative(&quiet));
        assert!(threshold.needs_narrative(&Figures { variance: None, ..quiet }));
        assert!(threshold.needs_narrative(&Figures { variance: Some(Pence(-101)), ..quiet }));
    }

    #[test]
    fn a_return_is_agreed_once_each_partner_has_agreed_and_none_asks() {
        use AnswerKind::{Agreed, Answered, Queried};
        let needed = [PARTNER, OTHER];
        assert_eq!(Deeds::default().state(&needed), State::Draft);
        assert_eq!(submitted(&[]).state(&needed), State::Submitted);
        assert_eq!(submitted(&[(1, Agreed)]).state(&needed), State::Submitted);
        assert_eq!(submitted(&[(1, Agreed), (2, Queried)]).state(&needed), State::Queried);
        let answered = submitted(&[(1, Agreed), (2, Queried), (2, Answered)]);
        assert_eq!(answered.state(&needed), State::Submitted);
        assert_eq!(
            submitted(&[(1, Agreed), (2, Queried), (2, Agreed)]).state(&needed),
            State::Agreed
        );
        let superseded = Deeds { is_superseded: true, ..submitted(&[]) };
        assert_eq!(superseded.state(&needed), State::Superseded);
        let approved = Deeds { is_approved: true, ..superseded };
        assert_eq!(approved.state(&needed), State::Approved);
    }

    #[test]
    fn what_is_outstanding_names_who_owes_it() {
        use AnswerKind::{Agreed, Queried};
        let needed = [PARTNER, OTHER];
        assert_eq!(Deeds::default().outstanding(&needed), [(None, Duty::Submit)]);
        let owed = submitted(&[(1, Queried)]).outstanding(&needed);
        assert_eq!(owed, [(None, Duty::AnswerQuery), (Some(OTHER.organisation), Duty::Agree)]);
        let owed = submitted(&[(1, Agreed)]).outstanding(&needed);
        assert_eq!(owed, [(Some(OTHER.organisation), Duty::Agree)]);
        let all = submitted(&[(1, Agreed), (2, Agreed)]);
        assert_eq!(all.outstanding(&needed), [(None, Duty::Approve)]);
        assert_eq!(Deeds { is_approved: true, ..all }.outstanding(&needed), []);
        let superseded = Deeds { is_superseded: true, ..submitted(&[]) };
        assert_eq!(superseded.outstanding(&needed), []);
    }

    proptest! {
        #[test]
        fn the_larger_the_variance_the_more_it_needs_a_narrative(
            amount in 0_i64..1_000_000,
            points in 0_i32..20_000,
            budget in -1_000_000_000_i64..1_000_000_000,
            variance in 0_i64..1_000_000_000,
            more in 0_i64..1_000_000,
        ) {
            let threshold =
                Threshold { amount: Some(Pence(amount)), basis_points: Some(points) };
            let exceeds = |variance| threshold.is_exceeded(Pence(variance), Pence(budget));
            prop_assert_eq!(exceeds(variance), exceeds(-variance));
            prop_assert!(!exceeds(variance) || exceeds(variance + more));
        }
    }
}
