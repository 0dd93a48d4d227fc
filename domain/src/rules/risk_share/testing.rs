//! Rules and facts of risk shares to test with, some of them random.

use std::collections::BTreeSet;

use entities::value::Pence;
use proptest::prelude::*;
use uuid::Uuid;

use super::*;
use crate::rules::funding::Share;

pub(super) const COUNCIL: Uuid = Uuid::from_u128(1);
pub(super) const BOARD: Uuid = Uuid::from_u128(2);
pub(super) const TRUST: Uuid = Uuid::from_u128(3);
pub(super) const PARTIES: [Uuid; 3] = [COUNCIL, BOARD, TRUST];

pub(super) fn pounds(amount: i64) -> Pence {
    Pence(amount * 100)
}

pub(super) fn tier(mechanism: Mechanism) -> Tier {
    Tier { mechanism, from: Bound::Amount(Pence::ZERO), to: None, cause: None }
}

pub(super) fn between(mechanism: Mechanism, from: i64, to: Option<i64>) -> Tier {
    let bound = |amount| Bound::Amount(pounds(amount));
    Tier { from: bound(from), to: to.map(bound), ..tier(mechanism) }
}

pub(super) fn fixed(weights: &[(Uuid, i64)]) -> Mechanism {
    let share = |(party, weight): &(Uuid, i64)| WeightedParty { party: *party, weight: *weight };
    let of = weights.iter().map(|it| it.1).sum();
    Mechanism::FixedShare { shares: weights.iter().map(share).collect(), of }
}

pub(super) fn pro_rata() -> Mechanism {
    Mechanism::ProRataContribution { sources: Vec::new() }
}

pub(super) fn rule(over: Vec<Tier>, under: Vec<Tier>) -> Rule {
    Rule { over, under, caps: Vec::new(), unstated_cause: Cause::Windfall }
}

pub(super) fn over(tiers: Vec<Tier>) -> Rule {
    rule(tiers, vec![tier(Mechanism::CarryForward)])
}

pub(super) fn under(tiers: Vec<Tier>) -> Rule {
    rule(vec![tier(Mechanism::HostBears)], tiers)
}

pub(super) fn scheme(
    number: u128,
    commissioner: Uuid,
    (budget, outturn): (i64, i64),
) -> SchemeOutturn {
    SchemeOutturn {
        id: Uuid::from_u128(100 + number),
        commissioner,
        is_pooled: true,
        budget: pounds(budget),
        outturn: pounds(outturn),
        uncommitted: Pence::ZERO,
        shares: vec![Share { partner: commissioner, source: "CORE".into(), weight: 1 }],
        cause: None,
    }
}

pub(super) fn facts(schemes: Vec<SchemeOutturn>, contributions: &[(Uuid, i64)]) -> Facts {
    let agreed = |(partner, amount): &(Uuid, i64)| Agreed {
        partner: *partner,
        source: "CORE".into(),
        amount: pounds(*amount),
    };
    Facts {
        budget: schemes.iter().map(|it| it.budget).sum(),
        schemes,
        contributions: contributions.iter().map(agreed).collect(),
        ring_fenced: BTreeSet::from(["DFG".to_owned()]),
        reserve: Pence::ZERO,
        host: COUNCIL,
    }
}

/// The same scheme, funded by its commissioner from a ring-fenced source.
pub(super) fn fenced(scheme: SchemeOutturn) -> SchemeOutturn {
    let share = Share { partner: scheme.commissioner, source: "DFG".into(), weight: 1 };
    SchemeOutturn { shares: vec![share], ..scheme }
}

fn mechanisms(over: bool) -> impl Strategy<Value = Mechanism> {
    let shares = prop::collection::vec(1..5_i64, 3)
        .prop_map(|weights| fixed(&PARTIES.into_iter().zip(weights).collect::<Vec<_>>()));
    let sources = || prop::sample::select(vec![vec![], vec!["CORE".to_owned()]]);
    let pro_rata = sources().prop_map(|sources| Mechanism::ProRataContribution { sources });
    let only = if over {
        prop::sample::select(vec![
            Mechanism::OffsetWithinPool,
            Mechanism::DrawRiskReserve,
            Mechanism::ReduceUncommitted,
        ])
        .boxed()
    } else {
        let kept = vec![
            Mechanism::CarryForward,
            Mechanism::Reinvest,
            Mechanism::RetainAsContingency,
            Mechanism::ReturnProRata { sources: Vec::new() },
        ];
        prop::sample::select(kept).boxed()
    };
    let both = vec![Mechanism::LeadCommissionerBears, Mechanism::HostBears];
    prop_oneof![2 => shares, 2 => pro_rata, 3 => only, 2 => prop::sample::select(both)]
}

fn bounds() -> impl Strategy<Value = Bound> {
    prop_oneof![
        (0..400_i64).prop_map(|amount| Bound::Amount(Pence(amount))),
        (0..3_000_i64).prop_map(Bound::BasisPoints),
    ]
}

fn tiers(over: bool) -> impl Strategy<Value = Vec<Tier>> {
    let cause = if over {
        Just(None).boxed()
    } else {
        let causes = vec![None, Some(Cause::Windfall), Some(Cause::ManagementAction)];
        prop::sample::select(causes).boxed()
    };
    let tier = (mechanisms(over), prop::option::of(bounds()), prop::option::of(bounds()), cause);
    let tier = tier.prop_map(|(mechanism, from, to, cause)| Tier {
        mechanism,
        from: from.unwrap_or(Bound::Amount(Pence::ZERO)),
        to,
        cause,
    });
    prop::collection::vec(tier, 1..5)
}

fn schemes() -> impl Strategy<Value = Vec<SchemeOutturn>> {
    let causes = vec![None, Some(Cause::Windfall), Some(Cause::ManagementAction)];
    let shares = prop::collection::vec((0..3_usize, any::<bool>(), 1..4_i64), 1..4);
    let one = (
        (0..3_usize, any::<bool>(), 0..300_i64, 0..500_i64),
        (-20..200_i64, shares, prop::sample::select(causes)),
    );
    let one = one.prop_map(
        |((commissioner, is_pooled, budget, outturn), (uncommitted, shares, cause))| {
            let share = |(partner, fenced, weight): (usize, bool, i64)| Share {
                partner: PARTIES[partner],
                source: if fenced { "DFG".into() } else { "CORE".into() },
                weight,
            };
            SchemeOutturn {
                id: Uuid::nil(),
                commissioner: PARTIES[commissioner],
                is_pooled,
                budget: Pence(budget),
                outturn: Pence(outturn),
                uncommitted: Pence(uncommitted),
                shares: shares.into_iter().map(share).collect(),
                cause,
            }
        },
    );
    prop::collection::vec(one, 0..6).prop_map(|mut schemes| {
        for (scheme, number) in schemes.iter_mut().zip(1..) {
            scheme.id = Uuid::from_u128(number);
        }
        schemes
    })
}

prop_compose! {
    pub(super) fn cases()(
        lists in (tiers(true), tiers(false)),
        caps in prop::collection::btree_map(0..3_usize, (bounds(), 1..3_usize), 0..4),
        schemes in schemes(),
        contributions in prop::collection::vec((0..3_usize, any::<bool>(), 0..50_i64), 0..5),
        reserve in 0..200_i64,
        windfall in any::<bool>(),
    ) -> (Rule, Facts) {
        let cap = |(party, (most, step)): (usize, (Bound, usize))| Cap {
            party: PARTIES[party],
            most,
            excess_to: PARTIES[(party + step) % 3],
        };
        let agreed = |(partner, core, amount): (usize, bool, i64)| Agreed {
            partner: PARTIES[partner],
            source: if core { "CORE".into() } else { "IBCF".into() },
            amount: Pence(amount),
        };
        let rule = Rule {
            over: lists.0,
            under: lists.1,
            caps: caps.into_iter().map(cap).collect(),
            unstated_cause: if windfall { Cause::Windfall } else { Cause::ManagementAction },
        };
        let facts = Facts {
            budget: schemes.iter().map(|it| it.budget).sum(),
            schemes,
            contributions: contributions.into_iter().map(agreed).collect(),
            ring_fenced: BTreeSet::from(["DFG".to_owned()]),
            reserve: Pence(reserve),
            host: COUNCIL,
        };
        (rule, facts)
    }
}
