//! The same rules once more, written apart and as plainly as possible: slow, in one piece, with
//! sums of its own and nothing from the rules themselves but the types of what goes in.

use std::collections::BTreeMap;

use uuid::Uuid;

use super::{Bound, Cause, Facts, Mechanism, Rule, Tier};

/// What comes out: pence by party, and what nobody took.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct Plain {
    pub borne: BTreeMap<Uuid, i64>,
    pub given: BTreeMap<Uuid, i64>,
    pub kept: i64,
    pub reserve: i64,
    pub within: i64,
    pub returned: i64,
    pub unallocated_over: i64,
    pub unallocated_under: i64,
}

/// Largest remainder, penny by penny.
fn shared_out(amount: i64, weights: &[i64]) -> Vec<i64> {
    let whole: i64 = weights.iter().sum();
    if whole == 0 || weights.iter().any(|weight| *weight < 0) {
        return vec![0; weights.len()];
    }
    let mut parts = vec![0; weights.len()];
    let mut rest = Vec::new();
    for (place, weight) in weights.iter().enumerate() {
        parts[place] = amount * weight / whole;
        rest.push((amount * weight % whole, place));
    }
    for _ in 0..amount - parts.iter().sum::<i64>() {
        let mut best = 0;
        for candidate in 1..rest.len() {
            if rest[candidate].0 > rest[best].0 {
                best = candidate;
            }
        }
        parts[rest[best].1] += 1;
        rest[best].0 = -1;
    }
    parts
}

fn place(bound: Bound, budget: i64) -> i64 {
    match bound {
        Bound::Amount(amount) => amount.0,
        Bound::BasisPoints(points) => budget * points / 10_000,
    }
}

fn layer(tier: &Tier, variance: i64, budget: i64) -> i64 {
    let mut pence = 0;
    for penny in 0..variance {
        let above = penny >= place(tier.from, budget);
        let below = tier.to.is_none_or(|to| penny < place(to, budget));
        if above && below {
            pence += 1;
        }
    }
    pence
}

fn weights_of(mechanism: &Mechanism, facts: &Facts) -> Vec<(Uuid, i64)> {
    match mechanism {
        Mechanism::FixedShare { shares, .. } => {
            shares.iter().map(|share| (share.party, share.weight)).collect()
        }
        Mechanism::ProRataContribution { sources } | Mechanism::ReturnProRata { sources } => {
            let mut weights: Vec<(Uuid, i64)> = Vec::new();
            for it in &facts.contributions {
                let counts = sources.is_empty() || sources.contains(&it.source);
                let known = weights.iter().position(|(partner, _)| *partner == it.partner);
                match (counts, known) {
                    (true, Some(known)) => weights[known].1 += it.amount.0,
                    (true, None) => weights.push((it.partner, it.amount.0)),
                    (false, _) => {}
                }
            }
            weights
        }
        Mechanism::HostBears => vec![(facts.host, 1)],
        _ => Vec::new(),
    }
}

/// What the rule comes to.
#[expect(clippy::too_many_lines, reason = "in one piece, to be read from the top to the end")]
pub(super) fn plain(rule: &Rule, facts: &Facts) -> Plain {
    let mut out = Plain::default();
    let budget = facts.budget.0;
    let count = facts.schemes.len();
    let mut over = vec![0; count];
    let mut free = vec![0; count];
    let mut uncommitted = vec![0; count];
    let mut used = vec![0; count];
    for (at, scheme) in facts.schemes.iter().enumerate() {
        let variance = scheme.outturn.0 - scheme.budget.0;
        over[at] = variance.max(0);
        let weights: Vec<i64> = scheme.shares.iter().map(|share| share.weight).collect();
        let fenced = |amount: i64| -> i64 {
            let parts = shared_out(amount, &weights);
            let of = parts.iter().zip(&scheme.shares);
            of.filter(|(_, share)| facts.ring_fenced.contains(&share.source)).map(|it| it.0).sum()
        };
        let under = (-variance).max(0);
        free[at] = under - fenced(under);
        out.returned += fenced(under);
        uncommitted[at] = scheme.uncommitted.0.max(0) - fenced(scheme.uncommitted.0.max(0));
    }
    let gross: i64 = over.iter().sum();
    let mut reserve = facts.reserve.0.max(0);
    for tier in &rule.over {
        let left: i64 = over.iter().sum();
        let seen = left.min(layer(tier, gross, budget));
        let mut by_scheme = shared_out(seen, &over);
        match &tier.mechanism {
            Mechanism::OffsetWithinPool | Mechanism::ReduceUncommitted => {
                let pool = match tier.mechanism {
                    Mechanism::OffsetWithinPool => &free,
                    _ => &uncommitted,
                };
                let mut usable = vec![0; count];
                for (at, scheme) in facts.schemes.iter().enumerate() {
                    if scheme.is_pooled && scheme.outturn <= scheme.budget {
                        usable[at] = (pool[at] - used[at]).max(0);
                    }
                }
                let met = seen.min(usable.iter().sum());
                for (at, part) in shared_out(met, &usable).into_iter().enumerate() {
                    used[at] += part;
                }
                out.within += met;
                by_scheme = shared_out(met, &over);
            }
            Mechanism::DrawRiskReserve => {
                let met = seen.min(reserve);
                reserve -= met;
                out.reserve += met;
                by_scheme = shared_out(met, &over);
            }
            mechanism => {
                let lead = *mechanism == Mechanism::LeadCommissionerBears;
                let mut wanted: Vec<(Uuid, i64)> = Vec::new();
                if lead {
                    for (at, scheme) in facts.schemes.iter().enumerate() {
                        wanted.push((scheme.commissioner, by_scheme[at]));
                    }
                } else {
                    let weights = weights_of(mechanism, facts);
                    let numbers: Vec<i64> = weights.iter().map(|it| it.1).collect();
                    let parts = shared_out(seen, &numbers);
                    wanted.extend(weights.iter().zip(parts).map(|(it, part)| (it.0, part)));
                }
                let mut room: BTreeMap<Uuid, i64> = BTreeMap::new();
                for cap in &rule.caps {
                    let so_far = out.borne.get(&cap.party).copied().unwrap_or(0);
                    room.insert(cap.party, (place(cap.most, budget) - so_far).max(0));
                }
                let mut bear = |party: Uuid, amount: i64| -> i64 {
                    let fits = room.get(&party).map_or(amount, |room| amount.min(*room));
                    if let Some(room) = room.get_mut(&party) {
                        *room -= fits;
                    }
                    if fits > 0 {
                        *out.borne.entry(party).or_default() += fits;
                    }
                    fits
                };
                let beyond: Vec<(Uuid, i64)> = wanted
                    .iter()
                    .map(|(party, amount)| (*party, amount - bear(*party, *amount)))
                    .collect();
                let mut lost: BTreeMap<Uuid, i64> = BTreeMap::new();
                for (party, amount) in beyond {
                    let Some(cap) = rule.caps.iter().find(|cap| cap.party == party) else {
                        continue;
                    };
                    *lost.entry(party).or_default() += amount - bear(cap.excess_to, amount);
                }
                let nobody: i64 = lost.values().sum();
                let asked: i64 = wanted.iter().map(|it| it.1).sum();
                if lead {
                    for (party, amount) in lost {
                        let own: Vec<i64> = (0..count)
                            .map(|at| match facts.schemes[at].commissioner == party {
                                true => by_scheme[at],
                                false => 0,
                            })
                            .collect();
                        for (at, back) in shared_out(amount, &own).into_iter().enumerate() {
                            by_scheme[at] -= back;
                        }
                    }
                } else {
                    by_scheme = shared_out(asked - nobody, &over);
                }
            }
        }
        for at in 0..count {
            over[at] -= by_scheme[at];
        }
    }
    out.unallocated_over = over.iter().sum();
    let mut under: Vec<i64> = (0..count).map(|at| (free[at] - used[at]).max(0)).collect();
    let entering: i64 = under.iter().sum();
    let cause = |at: usize| -> Cause { facts.schemes[at].cause.unwrap_or(rule.unstated_cause) };
    for tier in &rule.under {
        let about: Vec<i64> = (0..count)
            .map(|at| if tier.cause.is_none_or(|it| it == cause(at)) { under[at] } else { 0 })
            .collect();
        let seen = about.iter().sum::<i64>().min(layer(tier, entering, budget));
        let by_scheme = shared_out(seen, &about);
        let given: Vec<(Uuid, i64)> = match &tier.mechanism {
            Mechanism::LeadCommissionerBears => {
                (0..count).map(|at| (facts.schemes[at].commissioner, by_scheme[at])).collect()
            }
            mechanism => {
                let weights = weights_of(mechanism, facts);
                let numbers: Vec<i64> = weights.iter().map(|it| it.1).collect();
                weights.iter().map(|it| it.0).zip(shared_out(seen, &numbers)).collect()
            }
        };
        let stays = matches!(
            tier.mechanism,
            Mechanism::CarryForward | Mechanism::Reinvest | Mechanism::RetainAsContingency
        );
        let taken = if stays { seen } else { given.iter().map(|it| it.1).sum() };
        if stays {
            out.kept += seen;
        }
        for (party, amount) in given.into_iter().filter(|it| it.1 > 0) {
            *out.given.entry(party).or_default() += amount;
        }
        for (at, part) in shared_out(taken, &about).into_iter().enumerate() {
            under[at] -= part;
        }
    }
    out.unallocated_under = under.iter().sum();
    out
}
