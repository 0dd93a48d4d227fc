use std::collections::BTreeMap;

use entities::value::Pence;
use proptest::prelude::*;
use uuid::Uuid;

use super::{testing::*, *};

const KEPT: [MechanismKind; 3] =
    [MechanismKind::CarryForward, MechanismKind::Reinvest, MechanismKind::RetainAsContingency];

fn results(outcome: &Outcome) -> [i64; 3] {
    PARTIES.map(|party| outcome.result_of(party).0)
}

/// Worked example A9: contributions £99m and £96m, £1m over, fixed 51 and 49.
#[test]
fn a9_fixed_shares_are_not_pro_rata() {
    let contributions = [(COUNCIL, 99_000_000), (BOARD, 96_000_000)];
    let schemes = vec![scheme(1, BOARD, (195_000_000, 196_000_000))];
    let facts = facts(schemes, &contributions);
    let of = |mechanism| results(&outcome(&over(vec![tier(mechanism)]), &facts));
    assert_eq!(of(pro_rata()), [50_769_231, 49_230_769, 0]);
    assert_eq!(of(fixed(&[(COUNCIL, 51), (BOARD, 49)])), [51_000_000, 49_000_000, 0]);
}

/// Worked example A5: the provider bears all of an overspend and keeps half of a saving.
#[test]
fn a5_a_provider_bears_overspend_and_keeps_part_of_savings() {
    let terms = rule(
        vec![tier(fixed(&[(TRUST, 10_000)]))],
        vec![tier(fixed(&[(TRUST, 5_000), (COUNCIL, 5_000)]))],
    );
    let of = |outturn| {
        let schemes = vec![scheme(1, COUNCIL, (84_000_000, outturn))];
        results(&outcome(&terms, &facts(schemes, &[])))
    };
    assert_eq!(of(86_000_000), [0, 0, 200_000_000]);
    assert_eq!(of(82_000_000), [-100_000_000, 0, -100_000_000]);
}

#[test]
fn r1_an_overspend_is_met_by_offsets_then_the_reserve_then_shares_in_that_order() {
    let schemes = vec![
        scheme(1, BOARD, (1_000, 1_900)),
        scheme(2, COUNCIL, (1_000, 700)),
        SchemeOutturn { is_pooled: false, ..scheme(3, COUNCIL, (1_000, 100)) },
        fenced(scheme(4, COUNCIL, (1_000, 100))),
        SchemeOutturn { uncommitted: pounds(350), ..scheme(5, COUNCIL, (1_000, 1_000)) },
    ];
    let facts = Facts { reserve: pounds(100), ..facts(schemes, &[]) };
    let tiers = vec![
        tier(Mechanism::OffsetWithinPool),
        tier(Mechanism::DrawRiskReserve),
        between(Mechanism::ReduceUncommitted, 0, Some(150)),
        tier(fixed(&[(COUNCIL, 1), (BOARD, 1)])),
    ];
    let outcome = outcome(&over(tiers), &facts);
    let absorbed: Vec<i64> = outcome.steps.iter().map(|step| step.absorbed.0).collect();
    assert_eq!(absorbed, [30_000, 10_000, 15_000, 35_000, 90_000]);
    let offset = SchemeAmount { scheme: Uuid::from_u128(102), amount: pounds(300) };
    assert_eq!(outcome.steps[0].schemes, [offset], "neither aligned nor ring-fenced money offsets");
    assert_eq!(outcome.to_be_saved, pounds(150));
    assert_eq!(outcome.unallocated_over, Pence::ZERO);
    let back = Returned {
        scheme: Uuid::from_u128(104),
        partner: COUNCIL,
        source: "DFG".into(),
        amount: pounds(900),
    };
    assert_eq!(outcome.returned_to_source, [back], "R6: to its own source");
}

#[test]
fn r1_uncommitted_budget_that_was_an_offset_is_not_taken_again() {
    let idle = SchemeOutturn { uncommitted: pounds(300), ..scheme(2, COUNCIL, (1_000, 700)) };
    let facts = facts(vec![scheme(1, BOARD, (1_000, 2_000)), idle], &[]);
    for tiers in [
        vec![tier(Mechanism::OffsetWithinPool), tier(Mechanism::ReduceUncommitted)],
        vec![tier(Mechanism::ReduceUncommitted), tier(Mechanism::OffsetWithinPool)],
    ] {
        let outcome = outcome(&over(tiers), &facts);
        let absorbed: Vec<i64> = outcome.steps.iter().map(|step| step.absorbed.0).collect();
        assert_eq!(absorbed, [30_000, 0, 0]);
        assert_eq!(outcome.unallocated_over, pounds(700), "R2: shown, and not spread");
        assert_eq!(outcome.to_be_saved, Pence::ZERO);
    }
}

#[test]
fn r1_what_was_met_before_is_spread_so_that_each_commissioner_bears_its_own_rest() {
    let schemes = vec![scheme(1, BOARD, (1_000, 1_300)), scheme(2, COUNCIL, (1_000, 1_100))];
    let facts = Facts { reserve: pounds(100), ..facts(schemes, &[]) };
    let tiers = vec![tier(Mechanism::DrawRiskReserve), tier(Mechanism::LeadCommissionerBears)];
    assert_eq!(results(&outcome(&over(tiers), &facts)), [7_500, 22_500, 0]);
}

#[test]
fn r2_a_tier_sees_its_layer_and_what_nothing_absorbs_is_unallocated() {
    let facts = facts(vec![scheme(1, BOARD, (100_000, 101_000))], &[]);
    let tiers = vec![
        between(fixed(&[(COUNCIL, 1), (BOARD, 1)]), 100, Some(500)),
        Tier {
            mechanism: Mechanism::HostBears,
            from: Bound::BasisPoints(60),
            to: Some(Bound::BasisPoints(80)),
            cause: None,
        },
    ];
    let outcome = outcome(&over(tiers), &facts);
    assert_eq!(results(&outcome), [40_000, 20_000, 0]);
    assert_eq!(outcome.unallocated_over, pounds(400));
    let seen: Vec<(i64, i64)> =
        outcome.steps.iter().map(|step| (step.reached.0, step.passed.0)).collect();
    assert_eq!(seen, [(100_000, 60_000), (60_000, 40_000), (0, 0)]);
}

#[test]
fn r3_beyond_a_cap_the_named_party_bears_it_to_its_own_cap_and_the_next_tier_the_rest() {
    let facts = facts(vec![scheme(1, BOARD, (100_000, 101_000))], &[]);
    let cap = |party, most, excess_to| Cap { party, most: Bound::Amount(pounds(most)), excess_to };
    let tiers =
        vec![tier(fixed(&[(COUNCIL, 1), (BOARD, 1)])), tier(Mechanism::LeadCommissionerBears)];
    let capped = Rule {
        caps: vec![cap(COUNCIL, 300, TRUST), cap(TRUST, 150, BOARD)],
        ..over(tiers.clone())
    };
    let outcome_of = outcome(&capped, &facts);
    assert_eq!(results(&outcome_of), [30_000, 55_000, 15_000]);
    let moved = Moved { from: COUNCIL, to: TRUST, amount: pounds(150) };
    assert_eq!(outcome_of.steps[0].moved, [moved]);
    assert_eq!(outcome_of.steps[0].passed, pounds(50));
    let everybody = Rule {
        caps: vec![cap(COUNCIL, 300, TRUST), cap(TRUST, 150, BOARD), cap(BOARD, 500, TRUST)],
        ..over(tiers)
    };
    assert_eq!(outcome(&everybody, &facts).unallocated_over, pounds(50));
}

#[test]
fn r4_when_nobody_agreed_to_put_anything_in_pro_rata_is_unallocated() {
    let schemes = || vec![scheme(1, BOARD, (1_000, 1_100)), scheme(2, BOARD, (1_000, 900))];
    let nothing = facts(schemes(), &[(COUNCIL, 0), (BOARD, 0)]);
    let returned = Mechanism::ReturnProRata { sources: Vec::new() };
    let terms = rule(vec![tier(pro_rata())], vec![tier(returned)]);
    let outcome_of = outcome(&terms, &nothing);
    assert_eq!(outcome_of.unallocated_over, pounds(100));
    assert_eq!(outcome_of.unallocated_under, pounds(100));
    let other = Mechanism::ProRataContribution { sources: vec!["IBCF".into()] };
    let something = facts(schemes(), &[(COUNCIL, 500), (BOARD, 500)]);
    let out_of_scope = outcome(&over(vec![tier(other)]), &something);
    assert_eq!(out_of_scope.unallocated_over, pounds(100));
}

#[test]
fn r6_an_underspend_is_disposed_of_by_its_cause() {
    let cause = |cause, scheme| SchemeOutturn { cause, ..scheme };
    let schemes = vec![
        cause(Some(Cause::ManagementAction), scheme(1, BOARD, (1_000, 600))),
        cause(None, scheme(2, COUNCIL, (1_000, 900))),
    ];
    let facts = facts(schemes, &[(COUNCIL, 1_000), (BOARD, 3_000)]);
    let of_cause = |cause, mechanism| Tier { cause: Some(cause), ..tier(mechanism) };
    let tiers = vec![
        of_cause(Cause::ManagementAction, Mechanism::LeadCommissionerBears),
        of_cause(Cause::Windfall, Mechanism::ReturnProRata { sources: Vec::new() }),
    ];
    let outcome_of = outcome(&under(tiers.clone()), &facts);
    assert_eq!(outcome_of.under, Pence(50_000));
    assert_eq!(outcome_of.parties(), [BOARD, COUNCIL], "each once, as they are first given");
    assert_eq!(results(&outcome_of), [-2_500, -47_500, 0]);
    let other = Rule { unstated_cause: Cause::ManagementAction, ..under(tiers) };
    assert_eq!(results(&outcome(&other, &facts)), [-10_000, -40_000, 0]);
}

fn fault(rule: &Rule) -> (String, String) {
    let fault = check(rule, &PARTIES).expect_err("a fault");
    (fault.path, fault.sentence)
}

#[test]
fn a_rule_has_up_to_twenty_layers_each_of_which_ends_above_where_it_begins() {
    let layer = |number: i64| between(pro_rata(), number * 10, Some(number * 10 + 10));
    assert_eq!(check(&over((0..20).map(layer).collect()), &PARTIES), Ok(()));
    assert_eq!(fault(&over((0..21).map(layer).collect())).0, "over");
    let points = |from, to| Tier {
        from: Bound::BasisPoints(from),
        to: Some(Bound::BasisPoints(to)),
        ..tier(pro_rata())
    };
    assert_eq!(check(&over(vec![points(100, 200)]), &PARTIES), Ok(()));
    assert_eq!(fault(&over(vec![points(100, 100)])).0, "over.0.to");
    assert_eq!(fault(&over(vec![points(200, 100)])).0, "over.0.to");
}

#[test]
fn tiers_overlap_in_basis_points_too_and_where_they_may_see_the_same_cause() {
    let points = |from, to| Tier {
        from: Bound::BasisPoints(from),
        to: Some(Bound::BasisPoints(to)),
        ..tier(Mechanism::HostBears)
    };
    assert_eq!(check(&over(vec![points(0, 500), points(500, 900)]), &PARTIES), Ok(()));
    assert_eq!(fault(&over(vec![points(0, 500), points(499, 900)])).0, "over.1.from");
    let of = |cause| Tier { cause, ..tier(Mechanism::LeadCommissionerBears) };
    let (windfall, action) = (Some(Cause::Windfall), Some(Cause::ManagementAction));
    for (earlier, later) in [(windfall, windfall), (None, windfall), (None, None)] {
        assert_eq!(fault(&under(vec![of(earlier), of(later)])).0, "under.1.from");
    }
    for (earlier, later) in [(windfall, action), (windfall, None)] {
        assert_eq!(check(&under(vec![of(earlier), of(later)]), &PARTIES), Ok(()));
    }
}

#[test]
fn tiers_that_overlap_and_shares_that_do_not_add_up_are_refused_where_they_stand() {
    let half = fixed(&[(COUNCIL, 1), (BOARD, 1)]);
    let fits =
        over(vec![between(half.clone(), 0, Some(500)), between(Mechanism::HostBears, 500, None)]);
    assert_eq!(check(&fits, &PARTIES), Ok(()));
    let overlapping =
        over(vec![between(half.clone(), 0, Some(500)), between(Mechanism::HostBears, 499, None)]);
    assert_eq!(fault(&overlapping).0, "over.1.from");
    let cap = Cap { party: COUNCIL, most: Bound::Amount(pounds(1)), excess_to: BOARD };
    let passes_on = Rule { caps: vec![cap], ..overlapping };
    assert_eq!(check(&passes_on, &PARTIES), Ok(()), "R3: the next tier takes what a cap leaves");
    let short = Mechanism::FixedShare {
        shares: vec![WeightedParty { party: COUNCIL, weight: 9_999 }],
        of: 10_000,
    };
    let (path, sentence) = fault(&over(vec![tier(short)]));
    assert_eq!(path, "over.0.shares");
    assert!(sentence.contains("9999") && sentence.contains("10000"), "{sentence}");
    let stranger = fixed(&[(COUNCIL, 1), (Uuid::from_u128(9), 1)]);
    assert_eq!(fault(&over(vec![tier(stranger)])).0, "over.0.shares.1.party");
    let twice = fixed(&[(COUNCIL, 1), (COUNCIL, 1)]);
    assert_eq!(fault(&over(vec![tier(twice)])).0, "over.0.shares.1.party");
    let nothing = fixed(&[(COUNCIL, 1), (BOARD, 0)]);
    assert_eq!(fault(&over(vec![tier(nothing)])).0, "over.0.shares.1.weight");
    assert_eq!(fault(&over(vec![between(half.clone(), 5, Some(5))])).0, "over.0.to");
    assert_eq!(fault(&over(vec![between(half, -1, None)])).0, "over.0.from");
    assert_eq!(fault(&over(vec![tier(Mechanism::CarryForward)])).0, "over.0.mechanism");
    assert_eq!(fault(&under(vec![tier(Mechanism::OffsetWithinPool)])).0, "under.0.mechanism");
    assert_eq!(fault(&over(Vec::new())).0, "over");
    let many = vec![tier(pro_rata()); 21];
    assert_eq!(fault(&over(many)).0, "over");
    let caused = Tier { cause: Some(Cause::Windfall), ..tier(pro_rata()) };
    assert_eq!(fault(&over(vec![caused])).0, "over.0.cause");
    let caps = |caps| Rule { caps, ..over(vec![tier(pro_rata())]) };
    assert_eq!(fault(&caps(vec![Cap { excess_to: COUNCIL, ..cap }])).0, "caps.0.excessTo");
    assert_eq!(fault(&caps(vec![cap, cap])).0, "caps.1.party");
}

fn by_party(amounts: &[PartyAmount]) -> BTreeMap<Uuid, i64> {
    amounts.iter().map(|it| (it.party, it.amount.0)).collect()
}

proptest! {
    #[test]
    fn r1_to_r6_come_out_as_a_plain_reading_of_them_does((rule, facts) in cases()) {
        let outcome = outcome(&rule, &facts);
        let plain = reference::plain(&rule, &facts);
        let within = [MechanismKind::OffsetWithinPool, MechanismKind::ReduceUncommitted];
        let absorbed = |kinds: &[MechanismKind]| kinds.iter().map(|it| outcome.absorbed_by(*it).0).sum();
        let found = reference::Plain {
            borne: by_party(&outcome.borne),
            given: by_party(&outcome.given),
            kept: absorbed(&KEPT),
            reserve: absorbed(&[MechanismKind::DrawRiskReserve]),
            within: absorbed(&within),
            returned: outcome.returned_to_source.iter().map(|it| it.amount.0).sum(),
            unallocated_over: outcome.unallocated_over.0,
            unallocated_under: outcome.unallocated_under.0,
        };
        prop_assert_eq!(found, plain);
    }

    #[test]
    fn r2_everything_is_absorbed_or_unallocated_and_nothing_twice((rule, facts) in cases()) {
        let outcome = outcome(&rule, &facts);
        let met: Pence = outcome.steps.iter().filter(|it| it.direction == Direction::Over)
            .map(|it| it.absorbed).sum();
        prop_assert_eq!(met + outcome.unallocated_over, outcome.over);
        for step in &outcome.steps {
            prop_assert!(step.absorbed <= step.seen && step.seen <= step.reached);
            prop_assert!(step.seen <= step.layer && step.absorbed >= Pence::ZERO);
            prop_assert_eq!(step.passed + step.absorbed, step.reached);
            let parties: Pence = step.parties.iter().map(|it| it.amount).sum();
            prop_assert!(parties == step.absorbed || step.parties.is_empty());
        }
        // What all partners bear, what the fund itself bears and what stays add up to the outturn.
        let budget: Pence = facts.schemes.iter().map(|it| it.budget).sum();
        let outturn: Pence = facts.schemes.iter().map(|it| it.outturn).sum();
        let results: Pence = PARTIES.iter().map(|party| outcome.result_of(*party)).sum();
        let kept: Pence = KEPT.iter().map(|it| outcome.absorbed_by(*it)).sum();
        let reserve = outcome.absorbed_by(MechanismKind::DrawRiskReserve);
        let others = reserve + outcome.to_be_saved + outcome.unallocated_over
            - kept - outcome.unallocated_under;
        prop_assert_eq!(budget + results + others, outturn);
    }

    #[test]
    fn r3_nobody_bears_more_than_its_cap((rule, facts) in cases()) {
        let outcome = outcome(&rule, &facts);
        for cap in &rule.caps {
            let borne = outcome.borne.iter().find(|it| it.party == cap.party);
            prop_assert!(borne.is_none_or(|it| it.amount <= cap.most.at(facts.budget)));
        }
    }
}
