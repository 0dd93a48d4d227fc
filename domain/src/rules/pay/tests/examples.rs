//! The worked examples, exactly as printed.

use super::*;

/// The block of A1, and an incentive on this basis at this performance.
fn urgent_care(basis: Basis, per_cent: i64) -> Schedule {
    let goal = goal(11, 500);
    let pays = vec![
        pay(Kind::Block { yearly: share(Basis::BaselineSpend, 9_000) }),
        pay(Kind::Incentive(incentive(basis, 500, vec![goal]))),
    ];
    let terms = Terms {
        values: vec![value(2025, pounds(100_000_000), pounds(90_000_000))],
        framework: Framework {
            further: vec![measure(11, 0, Scoring::Linear)],
            cut_off_days: 90,
            ..Framework::default()
        },
        ..terms(pays)
    };
    let measurements = vec![measured(11, 2025, per_cent * 1_000)];
    schedule(&terms, &Facts { measurements, ..facts() }, year(2025))
}

#[test]
fn a1_urgent_care_with_an_incentive_of_baseline_spend() {
    let schedule = urgent_care(Basis::BaselineSpend, 60);
    assert_eq!(schedule.of(PAID), pounds(90_000_000));
    assert_eq!(schedule.most_of(EARNED), pounds(5_000_000));
    assert_eq!(schedule.of(EARNED), pounds(3_000_000));
    assert_eq!(schedule.total(), pounds(93_000_000));
    assert_eq!(schedule.results[0].state, State::PartlyMet);
}

#[test]
fn a1_urgent_care_with_an_incentive_of_contract_value() {
    let schedule = urgent_care(Basis::ContractValue, 60);
    assert_eq!(schedule.most_of(EARNED), pounds(4_500_000));
    assert_eq!(schedule.of(EARNED), pounds(2_700_000));
    assert_eq!(schedule.total(), pounds(92_700_000));
    let whole = urgent_care(Basis::ContractValue, 100);
    assert_eq!(whole.total(), pounds(94_500_000));
    assert_eq!(whole.results[0].state, State::Met);
}

#[test]
fn a1_the_basis_can_be_the_block_as_it_was_worked_out() {
    for basis in [Basis::FixedElement, Basis::ActualAnnualValue] {
        assert_eq!(urgent_care(basis, 60).total(), pounds(92_700_000));
    }
}

fn networks() -> Terms {
    let value_share = |points| share(Basis::ContractValue, points);
    Terms {
        values: vec![value(2025, Pence::ZERO, pounds(1_000_000))],
        framework: four_measures(),
        ..terms(vec![
            pay(Kind::Block { yearly: value_share(7_000) }),
            pay(Kind::OutcomeContingent(contingent(value_share(3_000)))),
        ])
    }
}

#[test]
fn a2_three_of_four_measures_met_and_the_fourth_not_measured() {
    let three = (11..14).map(|id| measured(id, 2025, 100_000)).collect();
    let facts = Facts { as_of: day(2026, 6, 29), measurements: three, ..facts() };
    let schedule = schedule(&networks(), &facts, year(2025));
    assert_eq!(schedule.of(PAID), pounds(700_000));
    assert_eq!(schedule.of(EARNED), pounds(225_000));
    assert_eq!(schedule.total(), pounds(925_000));
    let fourth = &schedule.results[3];
    assert_eq!((fourth.state, fourth.payable_yet), (State::NotEvidenced, pounds(75_000)));
    assert_eq!((fourth.forfeited, fourth.missed), (Pence::ZERO, Pence::ZERO));
    let after = Facts { as_of: day(2026, 6, 30), ..facts };
    let schedule = super::schedule(&networks(), &after, year(2025));
    let fourth = &schedule.results[3];
    assert_eq!((fourth.state, fourth.forfeited), (State::NotEvidenced, pounds(75_000)));
    assert_eq!(fourth.payable_yet, Pence::ZERO);
}

#[test]
fn a2_the_fourth_is_paid_when_validated_by_the_cut_off_and_not_after_it() {
    let of = |validated_on| {
        let mut four: Vec<Measurement> = (11..15).map(|id| measured(id, 2025, 100_000)).collect();
        four[3].validated_on = validated_on;
        schedule(&networks(), &Facts { measurements: four, ..facts() }, year(2025)).total()
    };
    assert_eq!(of(day(2026, 6, 29)), pounds(1_000_000));
    assert_eq!(of(day(2026, 6, 30)), pounds(925_000));
}

#[test]
fn a3_a_ceiling_of_250_basis_points_refuses_the_goal_that_takes_the_scheme_over_it() {
    let framework = Framework {
        further: (11..14).map(|id| measure(id, 0, Scoring::AllOrNothing)).collect(),
        ..Framework::default()
    };
    let scheme = |last| {
        let goals = vec![goal(11, 100), goal(12, 100), goal(13, last)];
        pay(Kind::Incentive(incentive(Basis::ContractValue, 250, goals)))
    };
    assert_eq!(check_pay(&scheme(50), &framework), Ok(()));
    let fault = check_pay(&scheme(51), &framework).expect_err("over the ceiling");
    assert_eq!(fault.path, "goals.2.basisPoints");
    assert!(fault.sentence.contains("goal 13") && fault.sentence.contains("251"), "{fault}");

    let terms = Terms {
        values: vec![value(2025, Pence::ZERO, pounds(200_000_000))],
        framework,
        ..terms(vec![scheme(50)])
    };
    let schedule = schedule(&terms, &facts(), year(2025));
    assert_eq!(schedule.most_of(PAID), pounds(5_000_000));
    let most: Vec<Pence> = schedule.results.iter().map(|result| result.most).collect();
    assert_eq!(most, [pounds(2_000_000), pounds(2_000_000), pounds(1_000_000)]);
}

fn prime_provider(cost_of_year: i64) -> Schedule {
    let sharing = |provider_basis_points| Sharing {
        target: share(Basis::FixedElement, 10_000),
        cost_code: "ALL".into(),
        bands: vec![Band { to_basis_points: None, provider_basis_points }],
        first_borne_by: Bearer::Provider,
        gate_basis_points: None,
    };
    let capitation = Capitation {
        yearly_price: pounds(840),
        groups: vec![Group { code: "ALL".into(), weight: 10_000 }],
        refreshed: Refresh::Yearly,
    };
    let terms = terms(vec![
        pay(Kind::Capitation(capitation)),
        pay(Kind::LossShare(sharing(10_000))),
        pay(Kind::GainShare(sharing(5_000))),
    ]);
    let list = ListSize {
        code: "ALL".into(),
        counted_on: day(2025, 4, 1),
        people: 100_000,
        known_at: Instant(1),
    };
    let costs = vec![cost("ALL", 2025, 12, pounds(cost_of_year))];
    schedule(&terms, &Facts { list_sizes: vec![list], costs, ..facts() }, year(2025))
}

#[test]
fn a5_a_prime_provider_bears_the_overspend_and_keeps_half_of_a_saving() {
    let over = prime_provider(86_000_000);
    assert_eq!(over.of(PAID), pounds(84_000_000));
    let loss = &over.shared[0];
    assert_eq!((loss.provider, loss.pool), (pounds(2_000_000), Pence::ZERO));
    assert_eq!(over.total(), pounds(84_000_000));

    let under = prime_provider(82_000_000);
    let gain = &under.shared[1];
    assert_eq!((gain.provider, gain.pool), (pounds(1_000_000), pounds(1_000_000)));
    assert_eq!(under.total(), pounds(83_000_000), "the pool is credited 1,000,000.00");
}
