//! Who bears a part of a variance, and what happens at a party's cap (rules R3, R4).

use entities::value::Pence;
use uuid::Uuid;

use super::{
    Agreed, Cap, Facts, Mechanism,
    outcome::{Moved, PartyAmount, add},
};
use crate::rules::split::split;

/// Who bears what of an amount that a tier sees; nobody when the mechanism names nobody, or nobody
/// put anything in. `of_commissioners` is the amount by scheme and commissioner.
pub(super) fn divided(
    mechanism: &Mechanism,
    seen: Pence,
    facts: &Facts,
    of_commissioners: &[PartyAmount],
) -> Vec<PartyAmount> {
    match mechanism {
        Mechanism::FixedShare { shares, .. } => {
            by_weight(seen, shares.iter().map(|share| (share.party, share.weight)))
        }
        Mechanism::ProRataContribution { sources } | Mechanism::ReturnProRata { sources } => {
            by_weight(seen, in_scope(&facts.contributions, sources).into_iter())
        }
        Mechanism::LeadCommissionerBears => of_commissioners.to_vec(),
        Mechanism::HostBears => vec![PartyAmount { party: facts.host, amount: seen }],
        _ => Vec::new(),
    }
}

/// What each partner agreed to put in from the sources in scope, in the agreement's order.
fn in_scope(contributions: &[Agreed], sources: &[String]) -> Vec<(Uuid, i64)> {
    let mut amounts: Vec<(Uuid, i64)> = Vec::new();
    for agreed in contributions {
        if !sources.is_empty() && !sources.contains(&agreed.source) {
            continue;
        }
        match amounts.iter_mut().find(|(partner, _)| *partner == agreed.partner) {
            Some((_, amount)) => *amount += agreed.amount.0,
            None => amounts.push((agreed.partner, agreed.amount.0)),
        }
    }
    amounts
}

fn by_weight(seen: Pence, weights: impl Iterator<Item = (Uuid, i64)>) -> Vec<PartyAmount> {
    let (parties, weights): (Vec<Uuid>, Vec<i64>) = weights.unzip();
    let parts = split(seen, &weights).unwrap_or_default();
    parties.into_iter().zip(parts).map(|(party, amount)| PartyAmount { party, amount }).collect()
}

/// What is borne in the end when parties have caps.
pub(super) struct Capped {
    /// Who bears what.
    pub parties: Vec<PartyAmount>,
    /// What moved from one to another.
    pub moved: Vec<Moved>,
    /// By whose cap how much is left for the next tier.
    pub left: Vec<PartyAmount>,
}

/// Keeps everybody within its cap. What is beyond it moves to the party that the rule names, and
/// what is beyond that one's own cap is left.
pub(super) fn capped(
    wanted: &[PartyAmount],
    borne: &[PartyAmount],
    (caps, budget): (&[Cap], Pence),
) -> Capped {
    let mut parties: Vec<PartyAmount> = Vec::new();
    let mut beyond = Vec::new();
    let room = |party: Uuid, taken: &[PartyAmount]| {
        let cap = caps.iter().find(|cap| cap.party == party)?;
        let sum = |amounts: &[PartyAmount]| -> Pence {
            amounts.iter().filter(|it| it.party == party).map(|it| it.amount).sum()
        };
        Some((cap.most.at(budget) - sum(borne) - sum(taken)).max(Pence::ZERO))
    };
    for it in wanted {
        let fits = room(it.party, &parties).map_or(it.amount, |room| room.min(it.amount));
        add(&mut parties, it.party, fits);
        beyond.push(PartyAmount { party: it.party, amount: it.amount - fits });
    }
    let (mut moved, mut left) = (Vec::new(), Vec::new());
    for it in beyond.into_iter().filter(|it| it.amount != Pence::ZERO) {
        let Some(cap) = caps.iter().find(|cap| cap.party == it.party) else { continue };
        let to = cap.excess_to;
        let fits = room(to, &parties).map_or(it.amount, |room| room.min(it.amount));
        add(&mut parties, to, fits);
        if fits != Pence::ZERO {
            moved.push(Moved { from: it.party, to, amount: fits });
        }
        add(&mut left, it.party, it.amount - fits);
    }
    Capped { parties, moved, left }
}
