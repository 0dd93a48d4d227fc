//! What is left of every scheme's over- and underspend while tiers take from it.

use std::collections::BTreeSet;

use entities::value::Pence;

use super::{
    Cause, Facts, SchemeOutturn,
    outcome::{PartyAmount, SchemeAmount},
};
use crate::rules::split::split;

/// One scheme as the tiers leave it.
pub(super) struct Left<'a> {
    scheme: &'a SchemeOutturn,
    /// Overspend that nothing met yet.
    pub over: Pence,
    /// Underspend that is not ring-fenced.
    free_under: Pence,
    /// Uncommitted budget that is not ring-fenced.
    free_uncommitted: Pence,
    /// What of both was used already: it is the same money.
    used: Pence,
    /// Underspend that was disposed of.
    disposed: Pence,
}

/// Out of what an overspend is met within the budget.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Within {
    /// Underspend of other schemes.
    Underspend,
    /// Budget that is promised to nobody.
    Uncommitted,
}

pub(super) fn of(facts: &Facts) -> Vec<Left<'_>> {
    let left = |scheme: &'_ SchemeOutturn| (scheme.under(), scheme.uncommitted);
    let fenced: &BTreeSet<String> = &facts.ring_fenced;
    let of_scheme = |scheme| {
        let (under, uncommitted) = left(scheme);
        Left {
            scheme,
            over: scheme.over(),
            free_under: scheme.free(under, fenced),
            free_uncommitted: scheme.free(uncommitted, fenced),
            used: Pence::ZERO,
            disposed: Pence::ZERO,
        }
    };
    facts.schemes.iter().map(of_scheme).collect()
}

impl Left<'_> {
    fn available(&self, within: Within) -> Pence {
        if !self.scheme.is_pooled || self.scheme.over() != Pence::ZERO {
            return Pence::ZERO;
        }
        let all = match within {
            Within::Underspend => self.free_under,
            Within::Uncommitted => self.free_uncommitted,
        };
        (all - self.used).max(Pence::ZERO)
    }

    /// What was used beyond its underspend: it is still expected to be spent.
    pub(super) fn to_be_saved(&self) -> Pence {
        (self.used - self.free_under).max(Pence::ZERO)
    }

    /// Underspend of which nothing disposed yet.
    pub(super) fn under(&self) -> Pence {
        (self.free_under - self.used).max(Pence::ZERO) - self.disposed
    }

    fn has_cause(&self, cause: Option<Cause>, unstated: Cause) -> bool {
        cause.is_none_or(|cause| self.scheme.cause.unwrap_or(unstated) == cause)
    }
}

/// How much could be met within the budget.
pub(super) fn available(schemes: &[Left<'_>], within: Within) -> Pence {
    schemes.iter().map(|it| it.available(within)).sum()
}

/// Uses an amount of what is available, in proportion to it.
pub(super) fn used(schemes: &mut [Left<'_>], amount: Pence, within: Within) -> Vec<SchemeAmount> {
    let parts = spread(amount, schemes.iter().map(|it| it.available(within)));
    for (it, part) in schemes.iter_mut().zip(&parts) {
        it.used += *part;
    }
    named(schemes, &parts)
}

/// The overspend that nothing met yet.
pub(super) fn over(schemes: &[Left<'_>]) -> Pence {
    schemes.iter().map(|it| it.over).sum()
}

/// An amount of the overspend by scheme, in proportion to what is left of each.
pub(super) fn over_by_scheme(schemes: &[Left<'_>], amount: Pence) -> Vec<Pence> {
    spread(amount, schemes.iter().map(|it| it.over))
}

/// The same parts by whoever commissions the schemes.
pub(super) fn of_commissioners(schemes: &[Left<'_>], parts: &[Pence]) -> Vec<PartyAmount> {
    let of = |(it, amount): (&Left<'_>, &Pence)| PartyAmount {
        party: it.scheme.commissioner,
        amount: *amount,
    };
    schemes.iter().zip(parts).map(of).filter(|it| it.amount != Pence::ZERO).collect()
}

/// Takes back, of what would be met by scheme, what its commissioner's cap leaves.
pub(super) fn without(schemes: &[Left<'_>], parts: &mut [Pence], left: &[PartyAmount]) {
    for it in left {
        let is_its = |scheme: &Left<'_>| scheme.scheme.commissioner == it.party;
        let own = schemes.iter().zip(&*parts);
        let weights: Vec<Pence> =
            own.map(|(scheme, part)| if is_its(scheme) { *part } else { Pence::ZERO }).collect();
        for (part, back) in parts.iter_mut().zip(spread(it.amount, weights.into_iter())) {
            *part = *part - back;
        }
    }
}

/// The underspend of a cause of which nothing disposed yet.
pub(super) fn under(schemes: &[Left<'_>], cause: Option<Cause>, unstated: Cause) -> Pence {
    let of_cause = schemes.iter().filter(|it| it.has_cause(cause, unstated));
    of_cause.map(Left::under).sum()
}

/// An amount of that underspend by scheme, in proportion to what is left of each.
pub(super) fn under_by_scheme(
    schemes: &[Left<'_>],
    amount: Pence,
    (cause, unstated): (Option<Cause>, Cause),
) -> Vec<Pence> {
    let left = |it: &Left<'_>| match it.has_cause(cause, unstated) {
        true => it.under(),
        false => Pence::ZERO,
    };
    spread(amount, schemes.iter().map(left))
}

/// Disposes of these parts.
pub(super) fn disposed(schemes: &mut [Left<'_>], parts: &[Pence]) -> Vec<SchemeAmount> {
    for (it, part) in schemes.iter_mut().zip(parts) {
        it.disposed += *part;
    }
    named(schemes, parts)
}

fn named(schemes: &[Left<'_>], parts: &[Pence]) -> Vec<SchemeAmount> {
    let of =
        |(it, amount): (&Left<'_>, &Pence)| SchemeAmount { scheme: it.scheme.id, amount: *amount };
    schemes.iter().zip(parts).map(of).filter(|it| it.amount != Pence::ZERO).collect()
}

/// An amount in proportion to others (rule M2): no part is larger than what it is a part of, because
/// the amount is not larger than their sum.
fn spread(amount: Pence, over: impl Iterator<Item = Pence>) -> Vec<Pence> {
    let weights: Vec<i64> = over.map(|it| it.0).collect();
    split(amount, &weights).unwrap_or_else(|_| vec![Pence::ZERO; weights.len()])
}
