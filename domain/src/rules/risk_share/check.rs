//! What a rule has to be before anybody agrees to it.

use uuid::Uuid;

use super::{Bound, Direction, Mechanism, Rule, Tier};

/// The most tiers of one list.
const MOST_TIERS: usize = 20;

/// Why a rule is not one, and where: `over.1.shares`.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{sentence}")]
pub struct Fault {
    /// Where in the rule, places counted from 0.
    pub path: String,
    /// What to put right.
    pub sentence: String,
}

impl Fault {
    pub(crate) fn at(path: impl Into<String>, sentence: impl Into<String>) -> Self {
        Self { path: path.into(), sentence: sentence.into() }
    }
}

/// Whether a rule can be agreed to by these parties.
///
/// # Errors
/// The first thing that is wrong with it.
pub fn check(rule: &Rule, parties: &[Uuid]) -> Result<(), Fault> {
    // What is beyond a cap passes to the next tier, whose layer may then be the same.
    let passes_on = !rule.caps.is_empty();
    list((Direction::Over, "over"), &rule.over, parties, passes_on)?;
    list((Direction::Under, "under"), &rule.under, parties, false)?;
    for (cap, place) in rule.caps.iter().zip(0..) {
        let at = |field: &str| format!("caps.{place}.{field}");
        if rule.caps[..place].iter().any(|it| it.party == cap.party) {
            return Err(Fault::at(at("party"), "this party has a cap already: give it one cap"));
        }
        party(cap.party, parties, &at("party"))?;
        party(cap.excess_to, parties, &at("excessTo"))?;
        if cap.party == cap.excess_to {
            return Err(Fault::at(at("excessTo"), "name another party than the one with the cap"));
        }
        bound(cap.most, &at("most"))?;
    }
    Ok(())
}

fn list(
    (direction, name): (Direction, &str),
    tiers: &[Tier],
    parties: &[Uuid],
    passes_on: bool,
) -> Result<(), Fault> {
    if tiers.is_empty() {
        let sentence = "say what happens: give at least one tier; what nothing absorbs stays \
                        unallocated";
        return Err(Fault::at(name, sentence));
    }
    if tiers.len() > MOST_TIERS {
        return Err(Fault::at(name, format!("give at most {MOST_TIERS} tiers")));
    }
    for (tier, place) in tiers.iter().zip(0..) {
        let at = |field: &str| format!("{name}.{place}.{field}");
        fits(direction, tier, &at)?;
        layer(tier, &at)?;
        mechanism(&tier.mechanism, parties, &at)?;
        for (earlier, number) in tiers[..place].iter().zip(1..) {
            if !passes_on && overlap(earlier, tier) {
                let sentence = format!(
                    "tier {} sees money that tier {number} takes whole already: layers that follow \
                     each other begin where the one before ends",
                    place + 1
                );
                return Err(Fault::at(at("from"), sentence));
            }
        }
    }
    Ok(())
}

fn fits(direction: Direction, tier: &Tier, at: &impl Fn(&str) -> String) -> Result<(), Fault> {
    let does = match direction {
        Direction::Over => tier.mechanism.meets_over(),
        Direction::Under => tier.mechanism.disposes_of_under(),
    };
    if !does {
        let other = match direction {
            Direction::Over => "this mechanism only disposes of an underspend: list it there",
            Direction::Under => "this mechanism only meets an overspend: list it there",
        };
        return Err(Fault::at(at("mechanism"), other));
    }
    if direction == Direction::Over && tier.cause.is_some() {
        return Err(Fault::at(at("cause"), "only an underspend has a cause: leave it out here"));
    }
    Ok(())
}

fn layer(tier: &Tier, at: &impl Fn(&str) -> String) -> Result<(), Fault> {
    bound(tier.from, &at("from"))?;
    let Some(to) = tier.to else { return Ok(()) };
    bound(to, &at("to"))?;
    let is_empty = match (tier.from, to) {
        (Bound::Amount(from), Bound::Amount(to)) => to <= from,
        (Bound::BasisPoints(from), Bound::BasisPoints(to)) => to <= from,
        _ => false,
    };
    if is_empty {
        return Err(Fault::at(at("to"), "a layer ends above where it begins"));
    }
    Ok(())
}

fn bound(bound: Bound, path: &str) -> Result<(), Fault> {
    let value = match bound {
        Bound::Amount(amount) => amount.0,
        Bound::BasisPoints(points) => points,
    };
    if value < 0 {
        return Err(Fault::at(path, "give nothing below zero"));
    }
    Ok(())
}

fn mechanism(
    mechanism: &Mechanism,
    parties: &[Uuid],
    at: &impl Fn(&str) -> String,
) -> Result<(), Fault> {
    let Mechanism::FixedShare { shares, of } = mechanism else { return Ok(()) };
    for (share, place) in shares.iter().zip(0..) {
        let path = at(&format!("shares.{place}"));
        party(share.party, parties, &format!("{path}.party"))?;
        if shares[..place].iter().any(|it| it.party == share.party) {
            let sentence = "this party has a share already: give it one share";
            return Err(Fault::at(format!("{path}.party"), sentence));
        }
        if share.weight <= 0 {
            return Err(Fault::at(format!("{path}.weight"), "give a weight above zero"));
        }
    }
    let sum: i128 = shares.iter().map(|share| i128::from(share.weight)).sum();
    if sum != i128::from(*of) {
        let sentence = format!("the weights add up to {sum} and not to {of}: shares are whole");
        return Err(Fault::at(at("shares"), sentence));
    }
    Ok(())
}

fn party(party: Uuid, parties: &[Uuid], path: &str) -> Result<(), Fault> {
    if parties.contains(&party) {
        return Ok(());
    }
    Err(Fault::at(path, "name a partner or another signatory of the agreement"))
}

/// True when a layer begins within an earlier one that takes everything it sees. Where one lies is
/// only known of two of a kind; the others are cut by what is left.
fn overlap(earlier: &Tier, later: &Tier) -> bool {
    let takes_all = matches!(
        earlier.mechanism,
        Mechanism::FixedShare { .. }
            | Mechanism::LeadCommissionerBears
            | Mechanism::HostBears
            | Mechanism::CarryForward
            | Mechanism::Reinvest
            | Mechanism::RetainAsContingency
    );
    let same_cause = earlier.cause.is_none() || earlier.cause == later.cause;
    if !takes_all || !same_cause {
        return false;
    }
    let begins_before = |to: Option<Bound>, from: Bound| match (to, from) {
        (None, _) => true,
        (Some(Bound::Amount(to)), Bound::Amount(from)) => from < to,
        (Some(Bound::BasisPoints(to)), Bound::BasisPoints(from)) => from < to,
        _ => false,
    };
    begins_before(earlier.to, later.from) && begins_before(later.to, earlier.from)
}
