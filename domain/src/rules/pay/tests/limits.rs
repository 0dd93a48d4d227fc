//! Caps, floors and indexation.

use super::*;

fn passing_through(cap: Option<i64>, floor: Option<i64>, months: &[i64]) -> Schedule {
    let stated = |amount| Amount::Stated(pounds(amount));
    let pay = Pay {
        cap: cap.map(stated),
        floor: floor.map(stated),
        ..pay(Kind::PassThrough { code: "DRUGS".into() })
    };
    let costs = (1..).zip(months).map(|(month, it)| cost("DRUGS", 2025, month, pounds(*it)));
    let facts = Facts { costs: costs.collect(), ..facts() };
    schedule(&terms(vec![pay]), &facts, year(2025))
}

#[test]
fn beyond_the_cap_nothing_is_paid_from_the_month_on_that_reaches_it() {
    let schedule = passing_through(Some(100), None, &[60, 30, 30, 5]);
    assert_eq!(by_month(&schedule, PAID)[..5], [6_000, 3_000, 1_000, 0, 0]);
    let told = ["DRUGS: cost", "DRUGS: cost", "DRUGS: cost", "beyond the cap of 100.00"];
    assert_eq!(words(&schedule, PAID)[..4], told);
    let step = &schedule.lines[2].explanation.steps[0];
    assert_eq!((step.inputs[1].amount, step.result), (pounds(-20), pounds(10)));
}

#[test]
fn what_comes_down_again_below_the_cap_is_paid_by_what_it_comes_to() {
    let mut terms = terms(vec![Pay {
        cap: Some(Amount::Stated(pounds(100))),
        ..pay(Kind::CostAndVolume(CostAndVolume {
            yearly: Amount::Stated(pounds(120)),
            code: "STAY".into(),
            from_units: 10,
            to_units: 20,
            price_below: pounds(5),
            price_beyond: pounds(7),
        }))
    }]);
    let facts = Facts { activity: vec![activity("STAY", 12, 1)], ..facts() };
    assert_eq!(schedule(&terms, &facts, year(2025)).total(), pounds(120 - 45));
    terms.components[0].versions[0].pay.cap = None;
    assert_eq!(schedule(&terms, &facts, year(2025)).total(), pounds(120 - 45));
}

#[test]
fn what_is_short_of_the_floor_is_made_up_in_the_last_month() {
    let schedule = passing_through(None, Some(100), &[60, 30]);
    assert_eq!(by_month(&schedule, PAID)[..3], [6_000, 4_000, 0]);
    assert_eq!(words(&schedule, PAID)[2], "up to the floor of 100.00");
    assert_eq!(
        passing_through(None, Some(100), &[60, 40]).lines[1].explanation.steps[0].inputs.len(),
        1
    );
    assert_eq!(passing_through(None, Some(100), &[60, 50]).total(), pounds(110));
    assert_eq!(passing_through(Some(80), Some(70), &[60, 50]).total(), pounds(80));
    assert_eq!(passing_through(Some(80), Some(70), &[60, 5]).total(), pounds(70));
    assert!(passing_through(None, Some(100), &[]).lines.is_empty());
}

#[test]
fn limits_hold_for_twelfths_of_a_year_in_part() {
    let mut terms =
        terms(vec![Pay { cap: Some(Amount::Stated(pounds(120))), ..pay(block(pounds(1_200))) }]);
    terms.components[0].versions[0].effective_on = day(2026, 1, 1);
    assert_eq!(schedule(&terms, &facts(), year(2025)).total(), pounds(30));
}

#[test]
fn prices_and_stated_amounts_are_indexed_and_shares_are_not() {
    let uplifts = vec![
        Uplift { year: year(2026), basis_points: 250 },
        Uplift { year: year(2027), basis_points: -100 },
    ];
    let indexed = |kind| Pay { uplifts: uplifts.clone(), ..pay(kind) };
    let mut terms = terms(vec![
        indexed(block(Pence(10_001))),
        indexed(Kind::Block { yearly: share(Basis::ContractValue, 10_000) }),
    ]);
    terms.values = (2025..2028).map(|start| value(start, Pence::ZERO, pounds(5))).collect();
    let of = |start| schedule(&terms, &facts(), year(start)).of(PAID).0;
    // 10,001 × 1.025 is 10,251.025; 10,251 × 0.99 is 10,148.49.
    assert_eq!([2025, 2026, 2027, 2028].map(of), [10_001, 10_251, 10_148, 10_148]);
    assert_eq!(schedule(&terms, &facts(), year(2027)).of(EARNED), pounds(5));
}

#[test]
fn every_price_is_indexed() {
    let uplifts = vec![Uplift { year: year(2025), basis_points: 10_000 }];
    let indexed = |kind| Pay { uplifts: uplifts.clone(), ..pay(kind) };
    let price = |code: &str| vec![Price { code: code.into(), price: pounds(12) }];
    let tariff = Tariff {
        code: "VISIT".into(),
        price: pounds(1),
        plan: Some(1),
        beyond_basis_points: 10_000,
    };
    let capitation = Capitation {
        yearly_price: pounds(1),
        groups: vec![Group { code: "LIST".into(), weight: 10_000 }],
        refreshed: Refresh::Yearly,
    };
    let volume = |from_units, to_units, code: &str| {
        Kind::CostAndVolume(CostAndVolume {
            yearly: Amount::Stated(pounds(100)),
            code: code.into(),
            from_units,
            to_units,
            price_below: pounds(3),
            price_beyond: pounds(5),
        })
    };
    let terms = Terms {
        framework: four_measures(),
        ..terms(vec![
            indexed(Kind::Episode { prices: price("HIP") }),
            indexed(Kind::YearOfCare { prices: price("HIP") }),
            indexed(Kind::Activity { tariffs: vec![tariff] }),
            indexed(Kind::Capitation(capitation)),
            indexed(volume(0, 1, "VISIT")),
            indexed(volume(4, 9, "HIP")),
            indexed(Kind::OutcomeContingent(contingent(Amount::Stated(pounds(10))))),
            Pay { floor: Some(Amount::Stated(pounds(50))), ..indexed(block(pounds(1))) },
        ])
    };
    let list = ListSize {
        code: "LIST".into(),
        counted_on: day(2025, 4, 1),
        people: 12,
        known_at: Instant(1),
    };
    let facts = Facts {
        list_sizes: vec![list],
        activity: vec![activity("VISIT", 1, 3), activity("HIP", 12, 2)],
        ..facts()
    };
    let schedule = schedule(&terms, &facts, year(2025));
    let of = |id| schedule.of(Uuid::from_u128(id)).0 / 100;
    let expected = [48, 4, 6, 24, 200 + 20, 200 - 12];
    assert_eq!((1..7).map(of).collect::<Vec<_>>(), expected);
    assert_eq!(schedule.most_of(Uuid::from_u128(7)), pounds(20));
    assert_eq!(of(8), 100, "the floor is indexed, too");
}
