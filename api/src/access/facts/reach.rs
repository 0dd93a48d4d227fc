//! Up to when facts count for a viewer: funds are alike when the same days count, and alike funds
//! are read by one condition, however many there are.

use chrono::NaiveTime;
use domain::policy::{
    dated::{self, Dated},
    derive::FOREVER,
};
use entities::value::{Instant, Period};
use sea_orm::{Condition, sea_query::Expr};
use uuid::Uuid;

use super::Cutoff;

/// What of a fund's year counts for a viewer.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Reach {
    /// Up to when facts count.
    pub cutoff: Cutoff,
    /// Up to when postings count: earlier where the viewer waits for their release (rule V11).
    pub postings: Cutoff,
    /// True when of postings only those of released periods count (rule V11).
    pub only_released: bool,
    /// The instant from which on nothing without a day of effect counts: the relation had ended.
    pub closed_at: Option<Instant>,
}

/// Funds of which the same counts.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Alike {
    /// What counts.
    pub reach: Reach,
    /// The funds.
    pub funds: Vec<Uuid>,
}

/// Whose facts are read: those of whole funds, or those of single schemes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Part {
    /// Of all schemes of these funds.
    Funds(Vec<Uuid>),
    /// Of these schemes.
    Schemes(Vec<Uuid>),
}

impl Reach {
    /// What counts for somebody who sees a fund as `seen` says, where `cutoff` was asked for and
    /// `released` are the year's periods that were released by then.
    #[must_use]
    pub fn of(seen: &Dated, cutoff: Cutoff, released: &[Period]) -> Self {
        let cutoff = Cutoff { as_of: seen.as_of, ..cutoff };
        let only_released = !seen.standing.is_live();
        let posted_to = dated::released_to(cutoff.year, released).min(cutoff.as_of);
        let postings = match only_released {
            true => Cutoff { as_of: posted_to, ..cutoff },
            false => cutoff,
        };
        let next_day = seen.open_to.succ_opt().filter(|_| seen.open_to < FOREVER);
        let closed_at = next_day.map(|day| day.and_time(NaiveTime::MIN).and_utc().into());
        Self { cutoff, postings, only_released, closed_at }
    }

    /// True unless postings count once they are released, and none of the year was.
    #[must_use]
    pub fn has_postings(&self) -> bool {
        let has_begun = self.postings.as_of >= self.cutoff.year.first_day();
        !self.only_released || has_begun || self.postings.as_of == self.cutoff.as_of
    }

    /// True when less counts than for the host today, so that the instant of the fund's last
    /// recording says nothing that the viewer may know.
    #[must_use]
    pub fn is_narrow(&self) -> bool {
        self.only_released || self.closed_at.is_some()
    }
}

/// The funds in groups of which the same counts.
#[must_use]
pub fn alike(reaches: impl IntoIterator<Item = (Uuid, Reach)>) -> Vec<Alike> {
    let mut groups: Vec<Alike> = Vec::new();
    for (fund, reach) in reaches {
        match groups.iter_mut().find(|group| group.reach == reach) {
            Some(group) => group.funds.push(fund),
            None => groups.push(Alike { reach, funds: vec![fund] }),
        }
    }
    groups
}

/// That what is said of one of `groups` holds; never, when there are none.
pub(super) fn any_of<G>(groups: &[G], of: impl Fn(&G) -> Condition) -> Condition {
    let never = Condition::any().add(Expr::value(false));
    groups.iter().fold(never, |any, group| any.add(of(group)))
}
