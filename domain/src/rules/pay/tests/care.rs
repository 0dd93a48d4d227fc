//! What pays for care itself.

use super::*;

fn of(kind: Kind, facts: &Facts) -> Schedule {
    schedule(&terms(vec![pay(kind)]), facts, year(2025))
}

#[test]
fn m2_a_block_is_paid_in_twelfths_that_add_up() {
    let schedule = of(block(Pence(100_003)), &facts());
    let mut months = [8_333; 12];
    months[..7].fill(8_334);
    assert_eq!(by_month(&schedule, PAID), months);
    assert_eq!(words(&schedule, PAID)[0], "a twelfth of 1000.03");
    assert_eq!(schedule.lines[0].explanation.rule, "C4");
    assert_eq!(schedule.lines[0].explanation.steps[0].label, "Due");
}

#[test]
fn c4_a_share_says_of_what() {
    let mut terms = terms(vec![pay(Kind::Block { yearly: share(Basis::BaselineSpend, 1) })]);
    terms.values = vec![value(2024, pounds(9), pounds(9)), value(2025, pounds(15_000), pounds(7))];
    let schedule = schedule(&terms, &facts(), year(2025));
    assert_eq!(schedule.total(), Pence(150));
    let told = "a twelfth of 1 basis points of baseline spend 15000.00";
    assert_eq!(words(&schedule, PAID)[0], told);
    assert_eq!((schedule.year, schedule.version), (year(2025), VERSION));
}

#[test]
fn c4_every_basis_is_called_by_its_name() {
    let bases = Bases {
        baseline_spend: Pence(1),
        contract_value: Pence(2),
        actual_annual_value: Pence(3),
        fixed_element: Pence(4),
    };
    let named = |basis| share(basis, 5).named(&bases);
    assert_eq!(named(Basis::ContractValue), "5 basis points of contract value 0.02");
    assert_eq!(named(Basis::ActualAnnualValue), "5 basis points of actual annual value 0.03");
    assert_eq!(named(Basis::FixedElement), "5 basis points of fixed element 0.04");
}

#[test]
fn shares_are_rounded_to_the_penny_halves_away_from_nothing() {
    let portion = |amount, part, whole| round::portion(Pence(amount), part, whole).0;
    assert_eq!([portion(5, 1, 10), portion(4, 1, 10), portion(15, 1, 10)], [1, 0, 2]);
    assert_eq!([portion(-5, 1, 10), portion(-4, 1, 10), portion(-15, 1, 10)], [-1, 0, -2]);
    assert_eq!(portion(10, -1, 4), -3);
    assert_eq!(portion(i64::MAX, 10_000, 10_000), i64::MAX);
}

fn capitation(refreshed: Refresh) -> Kind {
    let group = |code: &str, weight| Group { code: code.into(), weight };
    Kind::Capitation(Capitation {
        yearly_price: pounds(120),
        groups: vec![group("ADULTS", 10_000), group("OVER_75", 25_000)],
        refreshed,
    })
}

fn counted(code: &str, counted_on: NaiveDate, people: i64, known_at: i64) -> ListSize {
    ListSize { code: code.into(), counted_on, people, known_at: Instant(known_at) }
}

#[test]
fn c7_capitation_is_a_twelfth_of_the_price_of_each_weighted_person() {
    let list_sizes = vec![
        counted("ADULTS", day(2025, 4, 1), 1_000, 1),
        counted("OVER_75", day(2025, 1, 1), 10, 1),
    ];
    let schedule = of(capitation(Refresh::Monthly), &Facts { list_sizes, ..facts() });
    assert_eq!(by_month(&schedule, PAID), [1_000_000 + 25_000; 12]);
    assert_eq!(schedule.lines[0].explanation.rule, "C7");
    let told = "OVER_75: a twelfth of 10 people, counted on 2025-01-01, at 25000 basis points of \
                120.00 a year";
    assert_eq!(words(&schedule, PAID)[1], told);
}

#[test]
fn c7_who_was_not_counted_is_not_paid_for_and_the_line_says_so() {
    let schedule = of(capitation(Refresh::Monthly), &facts());
    assert_eq!(schedule.total(), Pence::ZERO);
    assert_eq!(words(&schedule, PAID)[0], "ADULTS: not counted yet");
}

#[test]
fn c7_a_new_count_changes_later_payments_only() {
    let list_sizes = vec![
        counted("ADULTS", day(2025, 3, 31), 1_000, 1),
        counted("ADULTS", day(2025, 8, 1), 2_000, 2),
    ];
    let facts = Facts { list_sizes, ..facts() };
    let months = |refreshed| by_month(&of(capitation(refreshed), &facts), PAID);
    let mut from_august = [1_000_000; 12];
    from_august[4..].fill(2_000_000);
    assert_eq!(months(Refresh::Monthly), from_august);
    let mut from_october = [1_000_000; 12];
    from_october[6..].fill(2_000_000);
    assert_eq!(months(Refresh::Quarterly), from_october);
    assert_eq!(months(Refresh::Yearly), [1_000_000; 12]);
}

#[test]
fn c7_a_wrong_count_is_corrected_by_a_later_known_count_of_the_same_date() {
    let list_sizes = vec![
        counted("ADULTS", day(2025, 4, 1), 1_100, 20),
        counted("ADULTS", day(2025, 4, 1), 1_000, 10),
    ];
    let facts = Facts { list_sizes, ..facts() };
    let then = of(capitation(Refresh::Monthly), &Facts { known_at: Instant(19), ..facts.clone() });
    let now = of(capitation(Refresh::Monthly), &Facts { known_at: Instant(20), ..facts });
    assert_eq!(by_month(&then, PAID), [1_000_000; 12]);
    assert_eq!(by_month(&now, PAID), [1_100_000; 12]);
    let posted = |line: &Line| Posted {
        component: line.component,
        month: line.month,
        nature: line.nature,
        amount: line.amount,
    };
    let before: Vec<Posted> = then.lines[..3].iter().map(posted).collect();
    let payable = payable(&now, &before, month(4));
    let found = payable.iter().map(|it| (it.month.number(), it.amount.0, it.is_adjustment));
    let expected =
        [(1, 100_000, true), (2, 100_000, true), (3, 100_000, true), (4, 1_100_000, false)];
    assert_eq!(found.collect::<Vec<_>>(), expected);
}

#[test]
fn c4_activity_beyond_the_plan_is_paid_at_the_marginal_rate() {
    let tariff = Tariff {
        code: "VISIT".into(),
        price: pounds(100),
        plan: Some(10),
        beyond_basis_points: 3_000,
    };
    let tariffs = vec![tariff];
    let done = vec![activity("VISIT", 1, 8), activity("VISIT", 2, 5), activity("VISIT", 4, 2)];
    let facts = Facts { activity: done, ..facts() };
    let schedule = of(Kind::Activity { tariffs: tariffs.clone() }, &facts);
    let months = by_month(&schedule, PAID);
    assert_eq!(months[..4], [80_000, 20_000 + 9_000, 0, 6_000]);
    assert_eq!(schedule.total(), Pence(115_000));
    let told = words(&schedule, PAID);
    assert_eq!(told[..2], ["VISIT: 8 at 100.00", "VISIT: 2 at 100.00"]);
    assert_eq!(told[2], "VISIT: 3 beyond the plan at 3000 basis points of 100.00");
    assert_eq!(told[3], "VISIT: 0 at 100.00");
    let unplanned = vec![Tariff { plan: None, ..tariffs[0].clone() }];
    assert_eq!(of(Kind::Activity { tariffs: unplanned }, &facts).total(), pounds(1_500));
}

#[test]
fn c4_a_corrected_month_of_activity_replaces_what_was_known() {
    let tariffs =
        vec![Tariff { code: "VISIT".into(), price: pounds(1), plan: None, beyond_basis_points: 0 }];
    let later = Activity { known_at: Instant(9), ..activity("VISIT", 1, 3) };
    let other = Activity { year: year(2024), ..activity("VISIT", 1, 50) };
    let done = vec![later, activity("VISIT", 1, 8), activity("CALL", 1, 70), other];
    let facts = Facts { activity: done, ..facts() };
    assert_eq!(of(Kind::Activity { tariffs }, &facts).total(), pounds(3));
}

fn cost_and_volume() -> Kind {
    Kind::CostAndVolume(CostAndVolume {
        yearly: Amount::Stated(pounds(1_200)),
        code: "STAY".into(),
        from_units: 10,
        to_units: 20,
        price_below: pounds(5),
        price_beyond: pounds(7),
    })
}

#[test]
fn c4_cost_and_volume_pays_a_sum_within_a_range_and_prices_outside_it() {
    let of = |done: &[(i32, i64)]| {
        let done = done.iter().map(|(month, units)| activity("STAY", *month, *units)).collect();
        of(cost_and_volume(), &Facts { activity: done, ..facts() })
    };
    assert_eq!(of(&[(1, 20), (12, 0)]).total(), pounds(1_200));
    let beyond = of(&[(1, 18), (3, 4)]);
    assert_eq!(by_month(&beyond, PAID)[..3], [10_000, 10_000, 10_000 + 1_400]);
    assert_eq!(words(&beyond, PAID)[3], "STAY: 2 beyond 20 at 7.00");
    let fewest = of(&[(12, 10)]);
    assert_eq!((fewest.total(), words(&fewest, PAID).len()), (pounds(1_200), 12));
    let below = of(&[(1, 4), (12, 3)]);
    assert_eq!(by_month(&below, PAID)[11], 10_000 - 1_500);
    assert_eq!(words(&below, PAID)[12], "STAY: 3 fewer than 10 at 5.00");
    assert_eq!(of(&[(1, 4), (11, 3)]).total(), pounds(1_200), "March is not recorded yet");
}

#[test]
fn c4_episodes_and_years_of_care_have_their_prices() {
    let prices = vec![
        Price { code: "HIP".into(), price: pounds(6_000) },
        Price { code: "KNEE".into(), price: pounds(7_000) },
    ];
    let done = vec![activity("HIP", 2, 3), activity("KNEE", 2, 1)];
    let facts = Facts { activity: done, ..facts() };
    let episodes = of(Kind::Episode { prices: prices.clone() }, &facts);
    assert_eq!(episodes.total(), pounds(25_000));
    assert_eq!(words(&episodes, PAID)[2], "HIP: 3 episodes at 6000.00");
    let years = of(Kind::YearOfCare { prices }, &facts);
    // A twelfth of £18,000.00, and of £7,000.00 the part of May, which has an odd penny.
    assert_eq!(by_month(&years, PAID)[1], 150_000 + 58_334);
    let told = "HIP: a twelfth of a year's care of 3 people at 6000.00";
    assert_eq!(words(&years, PAID)[2], told);
}

#[test]
fn c4_transition_is_paid_in_the_months_in_which_it_is_due() {
    let payment = |due_on, amount| Payment { due_on, amount: pounds(amount) };
    let payments = vec![
        payment(day(2025, 6, 30), 500),
        payment(day(2025, 6, 1), 20),
        payment(day(2026, 6, 1), 300),
    ];
    let schedule = of(Kind::Transition { payments }, &facts());
    let mut months = [0; 12];
    months[2] = 52_000;
    assert_eq!(by_month(&schedule, PAID), months);
    assert_eq!(words(&schedule, PAID), ["due on 2025-06-30", "due on 2025-06-01"]);
    assert_eq!(schedule.lines.len(), 1);
}

#[test]
fn c4_costs_are_passed_through_as_evidenced() {
    let later = Cost { known_at: Instant(7), ..cost("DRUGS", 2025, 2, pounds(30)) };
    let costs = vec![
        later,
        cost("DRUGS", 2025, 2, pounds(25)),
        cost("DRUGS", 2025, 3, pounds(4)),
        cost("DRUGS", 2024, 3, pounds(900)),
        cost("OTHER", 2025, 3, pounds(800)),
    ];
    let kind = Kind::PassThrough { code: "DRUGS".into() };
    let schedule = of(kind, &Facts { costs, ..facts() });
    assert_eq!(by_month(&schedule, PAID)[..4], [0, 3_000, 400, 0]);
    assert_eq!(words(&schedule, PAID)[0], "DRUGS: cost");
    assert_eq!(schedule.lines.len(), 2);
}

#[test]
fn c4_only_what_pays_for_care_enters_the_actual_annual_value() {
    let payments = vec![Payment { due_on: day(2025, 6, 1), amount: pounds(40) }];
    let tariffs =
        vec![Tariff { code: "VISIT".into(), price: pounds(1), plan: None, beyond_basis_points: 0 }];
    let terms = terms(vec![
        pay(block(pounds(1_000))),
        pay(Kind::Transition { payments }),
        pay(Kind::Activity { tariffs }),
        pay(cost_and_volume()),
        pay(Kind::PassThrough { code: "DRUGS".into() }),
    ]);
    let facts = Facts {
        activity: vec![activity("VISIT", 1, 30), activity("STAY", 1, 15)],
        costs: vec![cost("DRUGS", 2025, 1, pounds(9))],
        ..facts()
    };
    let schedule = schedule(&terms, &facts, year(2025));
    assert_eq!(schedule.bases.actual_annual_value, pounds(2_230));
    assert_eq!(schedule.bases.fixed_element, pounds(1_000));
    assert_eq!(schedule.total(), pounds(2_279));
    let order: Vec<u128> = schedule.lines.iter().map(|line| line.component.as_u128()).collect();
    assert!(order.is_sorted(), "lines come in the contract's order");
}
