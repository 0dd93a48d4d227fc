//! Who bears an overspend, and what becomes of an underspend (rules R1 to R7).
//!
//! A risk share is an ordered list of tiers for each direction. A tier is a layer: of the whole
//! variance it sees what lies between its threshold and its cap, as far as the tiers before it left
//! something, and what it does not absorb passes to the next. What nothing absorbs is unallocated,
//! and shown as such.
//!
//! The variance enters gross, scheme by scheme. Money that is ring-fenced goes back to its source
//! first and meets nothing; what meets an overspend within the budget is not disposed of again.
//!
//! A what-if and a settlement are this same function over other facts (rule R7).

mod bearing;
mod by_fund;
mod check;
mod explain;
mod facts;
mod outcome;
mod rule;
mod schemes;

#[cfg(test)]
mod reference;
#[cfg(test)]
mod testing;
#[cfg(test)]
mod tests;

pub use by_fund::{Bearer, BornePart, FundResult, SharedFund, by_fund};
pub use check::{Fault, check};
pub use explain::{InFund, explain, explain_in_fund, explain_variance_in_fund};
pub use facts::{Agreed, Facts, Returned, SchemeOutturn};
pub use outcome::{Direction, Moved, OtherPart, Outcome, PartyAmount, SchemeAmount, TierStep};
pub use rule::{Bound, Cap, Cause, Mechanism, MechanismKind, Rule, Tier, WeightedParty};

use entities::value::Pence;
use schemes::{Left, Within};

/// The version of these rules. It counts up when a figure would come out differently.
pub const VERSION: u32 = 1;

/// What a risk share comes to.
#[must_use]
pub fn outcome(rule: &Rule, facts: &Facts) -> Outcome {
    let mut left = schemes::of(facts);
    let returned = facts.schemes.iter();
    let returned = returned.flat_map(|it| it.fenced(it.under(), &facts.ring_fenced));
    let mut outcome = Outcome {
        over: facts.schemes.iter().map(SchemeOutturn::over).sum(),
        under: facts.schemes.iter().map(SchemeOutturn::under).sum(),
        returned_to_source: returned.collect(),
        ..Outcome::default()
    };
    let mut reserve = facts.reserve.max(Pence::ZERO);
    for (tier, number) in rule.over.iter().zip(1..) {
        let step = meet((rule, tier, number), facts, &mut left, &mut reserve, &outcome);
        for it in &step.parties {
            outcome::add(&mut outcome.borne, it.party, it.amount);
        }
        outcome.steps.push(step);
    }
    let entering = schemes::under(&left, None, rule.unstated_cause);
    for (tier, number) in rule.under.iter().zip(1..) {
        let step = dispose((rule, tier, number), facts, &mut left, entering);
        for it in &step.parties {
            outcome::add(&mut outcome.given, it.party, it.amount);
        }
        outcome.steps.push(step);
    }
    outcome.unallocated_over = schemes::over(&left);
    outcome.unallocated_under = schemes::under(&left, None, rule.unstated_cause);
    outcome.to_be_saved = left.iter().map(Left::to_be_saved).sum();
    outcome
}

/// What one tier does about an overspend.
fn meet(
    (rule, tier, number): (&Rule, &Tier, usize),
    facts: &Facts,
    left: &mut [Left<'_>],
    reserve: &mut Pence,
    before: &Outcome,
) -> TierStep {
    let reached = schemes::over(left);
    let layer = tier.width(before.over, facts.budget);
    let seen = reached.min(layer);
    let mut step = TierStep {
        direction: Direction::Over,
        number,
        mechanism: tier.mechanism.kind(),
        reached,
        layer,
        seen,
        available: None,
        absorbed: Pence::ZERO,
        passed: reached,
        parties: Vec::new(),
        moved: Vec::new(),
        schemes: Vec::new(),
    };
    let within = match tier.mechanism {
        Mechanism::OffsetWithinPool => Some(Within::Underspend),
        Mechanism::ReduceUncommitted => Some(Within::Uncommitted),
        _ => None,
    };
    let mut parts = schemes::over_by_scheme(left, seen);
    if let Some(within) = within {
        let available = schemes::available(left, within);
        step.available = Some(available);
        step.absorbed = seen.min(available);
        step.schemes = schemes::used(left, step.absorbed, within);
        parts = schemes::over_by_scheme(left, step.absorbed);
    } else if tier.mechanism == Mechanism::DrawRiskReserve {
        step.available = Some(*reserve);
        step.absorbed = seen.min(*reserve);
        *reserve = *reserve - step.absorbed;
        parts = schemes::over_by_scheme(left, step.absorbed);
    } else {
        let of_commissioners = schemes::of_commissioners(left, &parts);
        let wanted = bearing::divided(&tier.mechanism, seen, facts, &of_commissioners);
        let capped = bearing::capped(&wanted, &before.borne, (&rule.caps, facts.budget));
        step.absorbed = capped.parties.iter().map(|it| it.amount).sum();
        if tier.mechanism == Mechanism::LeadCommissionerBears {
            schemes::without(left, &mut parts, &capped.left);
        } else {
            parts = schemes::over_by_scheme(left, step.absorbed);
        }
        (step.parties, step.moved) = (capped.parties, capped.moved);
    }
    for (it, part) in left.iter_mut().zip(parts) {
        it.over = it.over - part;
    }
    step.passed = reached - step.absorbed;
    step
}

/// What one tier does about an underspend.
fn dispose(
    (rule, tier, number): (&Rule, &Tier, usize),
    facts: &Facts,
    left: &mut [Left<'_>],
    entering: Pence,
) -> TierStep {
    let reached = schemes::under(left, None, rule.unstated_cause);
    let cause = (tier.cause, rule.unstated_cause);
    let layer = tier.width(entering, facts.budget);
    let seen = schemes::under(left, tier.cause, rule.unstated_cause).min(layer);
    let mut parts = schemes::under_by_scheme(left, seen, cause);
    let parties = match tier.mechanism {
        Mechanism::LeadCommissionerBears => merged(&schemes::of_commissioners(left, &parts)),
        _ => bearing::divided(&tier.mechanism, seen, facts, &[]),
    };
    let absorbed =
        if tier.mechanism.stays() { seen } else { parties.iter().map(|it| it.amount).sum() };
    if absorbed != seen {
        parts = schemes::under_by_scheme(left, absorbed, cause);
    }
    TierStep {
        direction: Direction::Under,
        number,
        mechanism: tier.mechanism.kind(),
        reached,
        layer,
        seen,
        available: None,
        absorbed,
        passed: reached - absorbed,
        parties,
        moved: Vec::new(),
        schemes: schemes::disposed(left, &parts),
    }
}

fn merged(amounts: &[PartyAmount]) -> Vec<PartyAmount> {
    let mut merged = Vec::new();
    for it in amounts {
        outcome::add(&mut merged, it.party, it.amount);
    }
    merged
}
