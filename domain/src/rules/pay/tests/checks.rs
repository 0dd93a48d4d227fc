//! Terms that nobody can agree to, and what is said about them.

use super::*;
use crate::rules::risk_share::Fault;

fn refused(result: Result<(), Fault>) -> String {
    result.expect_err("a fault").path
}

fn pay_refused(pay: &Pay) -> String {
    refused(check_pay(pay, &framework()))
}

fn framework() -> Framework {
    let further = vec![
        measure(21, 0, Scoring::Linear),
        Measure { is_required_anyway: true, ..measure(22, 0, Scoring::Linear) },
        measure(23, 0, Scoring::Linear),
    ];
    Framework { further, ..four_measures() }
}

fn fits(kind: Kind) {
    assert_eq!(check_pay(&pay(kind), &framework()), Ok(()));
}

fn faulty(kind: Kind) -> String {
    pay_refused(&pay(kind))
}

#[test]
fn amounts_and_shares_have_their_bounds() {
    fits(block(Pence(100_000_000_000)));
    assert_eq!(faulty(block(Pence(100_000_000_001))), "yearly");
    assert_eq!(faulty(block(Pence(-1))), "yearly");
    fits(block(Pence::ZERO));
    let of = |points| Kind::Block { yearly: share(Basis::BaselineSpend, points) };
    fits(of(100_000));
    assert_eq!([faulty(of(100_001)), faulty(of(-1))], ["yearly", "yearly"]);
}

#[test]
fn c4_what_pays_for_care_is_no_share_of_itself() {
    for basis in [Basis::ActualAnnualValue, Basis::FixedElement] {
        assert_eq!(faulty(Kind::Block { yearly: share(basis, 1) }), "yearly");
        fits(Kind::OutcomeContingent(contingent(share(basis, 1))));
        let capped = Pay { cap: Some(share(basis, 1)), ..pay(block(Pence(1))) };
        assert_eq!(pay_refused(&capped), "cap");
        let floored = Pay { floor: Some(share(basis, 1)), ..pay(block(Pence(1))) };
        assert_eq!(pay_refused(&floored), "floor");
        let terms = CostAndVolume { yearly: share(basis, 1), ..volume() };
        assert_eq!(faulty(Kind::CostAndVolume(terms)), "yearly");
    }
}

#[test]
fn a_cap_is_not_below_its_floor() {
    let stated = |amount| Some(Amount::Stated(Pence(amount)));
    let of = |floor, cap| Pay { floor: stated(floor), cap: stated(cap), ..pay(block(Pence(1))) };
    assert_eq!(check_pay(&of(5, 5), &framework()), Ok(()));
    assert_eq!(pay_refused(&of(5, 4)), "cap");
    assert_eq!(pay_refused(&of(-1, 4)), "floor");
}

#[test]
fn indexation_goes_from_year_to_year() {
    let of = |uplifts: &[(i32, i64)]| {
        let uplift = |(start, basis_points): &(i32, i64)| Uplift {
            year: year(*start),
            basis_points: *basis_points,
        };
        let uplifts = uplifts.iter().map(uplift).collect();
        check_pay(&Pay { uplifts, ..pay(block(Pence(1))) }, &framework())
    };
    assert_eq!(of(&[(2025, 100_000), (2026, -9_999)]), Ok(()));
    assert_eq!(refused(of(&[(2025, 100_001)])), "uplifts.0.basisPoints");
    assert_eq!(refused(of(&[(2025, -10_000)])), "uplifts.0.basisPoints");
    assert_eq!(refused(of(&[(2026, 1), (2026, 1)])), "uplifts.1.year");
    assert_eq!(refused(of(&[(2026, 1), (2025, 1)])), "uplifts.1.year");
}

#[test]
fn capitation_says_who_is_counted() {
    let group = |code: &str, weight| Group { code: code.into(), weight };
    let of = |price, groups: Vec<Group>| {
        let refreshed = Refresh::Monthly;
        Kind::Capitation(Capitation { yearly_price: Pence(price), groups, refreshed })
    };
    fits(of(1, vec![group("A", 1_000_000), group("B", 0)]));
    assert_eq!(faulty(of(-1, vec![group("A", 1)])), "yearlyPrice");
    assert_eq!(faulty(of(1, vec![])), "groups");
    assert_eq!(faulty(of(1, vec![group(" ", 1)])), "groups.0.code");
    assert_eq!(faulty(of(1, vec![group("A", 1), group("A", 2)])), "groups.1.code");
    assert_eq!(faulty(of(1, vec![group("A", -1)])), "groups.0.weight");
    assert_eq!(faulty(of(1, vec![group("A", 1_000_001)])), "groups.0.weight");
    let many = |count: u32| (0..count).map(|it| group(&it.to_string(), 1)).collect();
    fits(of(1, many(200)));
    assert_eq!(faulty(of(1, many(201))), "groups");
}

#[test]
fn tariffs_and_prices_have_their_codes() {
    let tariff = |code: &str| Tariff {
        code: code.into(),
        price: Pence(1),
        plan: Some(100_000_000),
        beyond_basis_points: 100_000,
    };
    let of = |tariffs| Kind::Activity { tariffs };
    fits(of(vec![tariff("A"), tariff("B")]));
    fits(of(vec![Tariff { plan: None, ..tariff("A") }]));
    assert_eq!(faulty(of(vec![])), "tariffs");
    assert_eq!(faulty(of(vec![tariff("A"), tariff("A")])), "tariffs.1.code");
    assert_eq!(faulty(of(vec![Tariff { price: Pence(-1), ..tariff("A") }])), "tariffs.0.price");
    assert_eq!(faulty(of(vec![Tariff { plan: Some(-1), ..tariff("A") }])), "tariffs.0.plan");
    let many = Tariff { plan: Some(100_000_001), ..tariff("A") };
    assert_eq!(faulty(of(vec![many])), "tariffs.0.plan");
    let over = Tariff { beyond_basis_points: -1, ..tariff("A") };
    assert_eq!(faulty(of(vec![over])), "tariffs.0.beyondBasisPoints");
    let price = |code: &str, price| Price { code: code.into(), price: Pence(price) };
    for of in [|prices| Kind::Episode { prices }, |prices| Kind::YearOfCare { prices }] {
        fits(of(vec![price("A", 1), price("B", 1)]));
        assert_eq!(faulty(of(vec![])), "prices");
        assert_eq!(faulty(of(vec![price("A", 1), price("A", 1)])), "prices.1.code");
        assert_eq!(faulty(of(vec![price("A", -1)])), "prices.0.price");
    }
    fits(Kind::PassThrough { code: "A".into() });
    assert_eq!(faulty(Kind::PassThrough { code: String::new() }), "code");
    let payments = |amount| Kind::Transition {
        payments: vec![Payment { due_on: day(2025, 4, 1), amount: Pence(amount) }],
    };
    fits(payments(0));
    assert_eq!(faulty(payments(-1)), "payments.0.amount");
    assert_eq!(faulty(Kind::Transition { payments: vec![] }), "payments");
}

fn volume() -> CostAndVolume {
    CostAndVolume {
        yearly: Amount::Stated(Pence(1)),
        code: "A".into(),
        from_units: 5,
        to_units: 5,
        price_below: Pence(1),
        price_beyond: Pence(1),
    }
}

#[test]
fn cost_and_volume_covers_a_range() {
    let of = |terms| faulty(Kind::CostAndVolume(terms));
    fits(Kind::CostAndVolume(volume()));
    assert_eq!(of(CostAndVolume { yearly: Amount::Stated(Pence(-1)), ..volume() }), "yearly");
    assert_eq!(of(CostAndVolume { code: String::new(), ..volume() }), "code");
    assert_eq!(of(CostAndVolume { from_units: -1, ..volume() }), "fromUnits");
    assert_eq!(of(CostAndVolume { to_units: 100_000_001, ..volume() }), "toUnits");
    assert_eq!(of(CostAndVolume { to_units: 4, ..volume() }), "toUnits");
    assert_eq!(of(CostAndVolume { price_below: Pence(-1), ..volume() }), "priceBelow");
    assert_eq!(of(CostAndVolume { price_beyond: Pence(-1), ..volume() }), "priceBeyond");
}

#[test]
fn outcome_pay_needs_outcomes() {
    let good = contingent(Amount::Stated(Pence(1)));
    let of = |terms| faulty(Kind::OutcomeContingent(terms));
    let sustained = |points| Phasing {
        when: Some(Sustained { at_least_basis_points: points, and_improved: true }),
        ..good.most.clone()
    };
    fits(Kind::OutcomeContingent(Contingent { most: sustained(10_000), ..good.clone() }));
    let when = "most.when.atLeastBasisPoints";
    assert_eq!(of(Contingent { most: sustained(10_001), ..good.clone() }), when);
    let wrong = Phasing::level(Amount::Stated(Pence(-1)));
    assert_eq!(of(Contingent { most: wrong, ..good.clone() }), "most.amounts.0");
    let none = Phasing { amounts: vec![], when: None };
    assert_eq!(of(Contingent { most: none, ..good.clone() }), "most.amounts");
    let whole = Contingent { on_account_basis_points: 10_001, ..good.clone() };
    assert_eq!(of(whole), "onAccountBasisPoints");
    let without = Framework { domains: vec![], ..framework() };
    let kind = pay(Kind::OutcomeContingent(good));
    assert_eq!(refused(check_pay(&kind, &without)), "most");
}

#[test]
fn c6_a_goal_is_for_more_than_the_contract_requires_and_pays_anyway() {
    let of = |goals| Kind::Incentive(incentive(Basis::ContractValue, 250, goals));
    fits(of(vec![goal(21, 100), goal(23, 150)]));
    assert_eq!(faulty(of(vec![])), "goals");
    assert_eq!(faulty(of(vec![goal(21, 0)])), "goals.0.basisPoints");
    assert_eq!(faulty(of(vec![goal(21, 1), goal(11, 1)])), "goals.1.measure");
    assert_eq!(faulty(of(vec![goal(22, 1)])), "goals.0.measure");
    assert_eq!(faulty(of(vec![goal(21, 1), goal(21, 1)])), "goals.1.measure");
    assert_eq!(faulty(of(vec![Goal { due: month(13), ..goal(21, 1) }])), "goals.0.due");
    let scheme = |ceiling_basis_points, on_account_basis_points| {
        Kind::Incentive(Incentive {
            ceiling_basis_points,
            on_account_basis_points,
            ..incentive(Basis::ContractValue, 0, vec![goal(21, 1)])
        })
    };
    assert_eq!(faulty(scheme(10_001, 0)), "ceilingBasisPoints");
    assert_eq!(faulty(scheme(1, 10_001)), "onAccountBasisPoints");
    let huge = faulty(of(vec![goal(21, i64::MAX), goal(23, i64::MAX)]));
    assert_eq!(huge, "goals.0.basisPoints");
}

fn sharing(bands: Vec<Band>) -> Sharing {
    Sharing {
        target: Amount::Stated(Pence(1)),
        cost_code: "ALL".into(),
        bands,
        first_borne_by: Bearer::Pool,
        gate_basis_points: None,
    }
}

#[test]
fn bands_follow_each_other_and_quality_is_a_condition_of_savings_only() {
    let band =
        |to_basis_points, provider_basis_points| Band { to_basis_points, provider_basis_points };
    let good = || sharing(vec![band(Some(1), 0), band(Some(100_000), 10_000), band(None, 1)]);
    for of in [Kind::GainShare, Kind::LossShare] {
        fits(of(good()));
        assert_eq!(faulty(of(sharing(vec![]))), "bands");
        let wrong = Amount::Stated(Pence(-1));
        assert_eq!(faulty(of(Sharing { target: wrong, ..good() })), "target");
        assert_eq!(faulty(of(Sharing { cost_code: " ".into(), ..good() })), "costCode");
        let share = sharing(vec![band(None, 10_001)]);
        assert_eq!(faulty(of(share)), "bands.0.providerBasisPoints");
        let ends = |bands| faulty(of(sharing(bands)));
        assert_eq!(ends(vec![band(Some(0), 1)]), "bands.0.toBasisPoints");
        assert_eq!(ends(vec![band(Some(100_001), 1)]), "bands.0.toBasisPoints");
        assert_eq!(ends(vec![band(Some(5), 1), band(Some(5), 1)]), "bands.1.toBasisPoints");
        assert_eq!(ends(vec![band(None, 1), band(Some(5), 1)]), "bands.1.toBasisPoints");
        let floor = Some(Amount::Stated(Pence(1)));
        assert_eq!(pay_refused(&Pay { floor, ..pay(of(good())) }), "floor");
    }
    let gated = |gate| Sharing { gate_basis_points: Some(gate), ..good() };
    fits(Kind::GainShare(gated(10_000)));
    assert_eq!(faulty(Kind::GainShare(gated(10_001))), "gateBasisPoints");
    assert_eq!(faulty(Kind::LossShare(gated(1))), "gateBasisPoints");
    let without = Framework { domains: vec![], ..framework() };
    let kind = pay(Kind::GainShare(gated(1)));
    assert_eq!(refused(check_pay(&kind, &without)), "gateBasisPoints");
}

fn framework_refused(change: impl FnOnce(&mut Framework)) -> String {
    let mut framework = framework();
    change(&mut framework);
    refused(check_framework(&framework))
}

#[test]
fn weights_add_up_to_the_whole() {
    assert_eq!(check_framework(&framework()), Ok(()));
    let only = Framework { domains: vec![], ..framework() };
    assert_eq!(check_framework(&only), Ok(()));
    assert_eq!(check_framework(&four_measures()), Ok(()));
    assert_eq!(refused(check_framework(&Framework::default())), "domains");
    assert_eq!(framework_refused(|it| it.domains[0].weight = 9_999), "domains");
    assert_eq!(framework_refused(|it| it.domains[0].weight = -1), "domains.0.weight");
    assert_eq!(framework_refused(|it| it.domains[0].measures.clear()), "domains.0.measures");
    let mut short = framework();
    short.domains[0].measures[1].weight = 2_499;
    let fault = check_framework(&short).expect_err("a fault");
    assert_eq!(fault.path, "domains.0.measures");
    assert!(fault.sentence.contains("9999"), "{fault}");
    let negative = framework_refused(|it| it.domains[0].measures[1].weight = -1);
    assert_eq!(negative, "domains.0.measures.1.weight");
    assert_eq!(framework_refused(|it| it.further[1].weight = 1), "further.1.weight");
    assert_eq!(framework_refused(|it| it.cut_off_days = 1_001), "cutOffDays");
    let mut late = framework();
    late.cut_off_days = 1_000;
    assert_eq!(check_framework(&late), Ok(()));
}

#[test]
fn a_framework_has_a_bounded_number_of_domains_and_measures() {
    let further =
        |count: u128| (30..30 + count).map(|it| measure(it, 0, Scoring::Linear)).collect();
    let of = |count| Framework { further: further(count), ..Framework::default() };
    assert_eq!(check_framework(&of(200)), Ok(()));
    assert_eq!(refused(check_framework(&of(201))), "domains");
    let many = |count: u128| Framework {
        domains: (0..count)
            .map(|it| Domain {
                name: "One".into(),
                weight: if it == 0 { 10_000 } else { 0 },
                measures: vec![measure(it, 10_000, Scoring::Linear)],
            })
            .collect(),
        ..Framework::default()
    };
    assert_eq!(check_framework(&many(200)), Ok(()));
    assert_eq!(refused(check_framework(&many(201))), "domains");
}

#[test]
fn a_measure_can_be_reached() {
    let of = |change: fn(&mut Measure)| framework_refused(|it| change(&mut it.further[0]));
    assert_eq!(of(|it| it.id = Uuid::from_u128(11)), "further.0.id");
    assert_eq!(of(|it| it.name = " ".into()), "further.0.name");
    assert_eq!(of(|it| it.reference = " ".into()), "further.0.reference");
    assert_eq!(of(|it| it.reference = "M11".into()), "further.0.reference");
    assert_eq!(of(|it| it.target = it.threshold), "further.0.target");
    assert_eq!(of(|it| it.direction = Direction::LowerIsBetter), "further.0.target");
    let furthest = Reading(1_000_000_000_000_000);
    let beyond = |sign: i64| Reading(sign * (furthest.0 + 1));
    let reading = |change: &dyn Fn(&mut Measure)| {
        let mut framework = framework();
        change(&mut framework.further[0]);
        check_framework(&framework).map_err(|fault| fault.path)
    };
    assert_eq!(reading(&|it| it.target = furthest), Ok(()));
    assert_eq!(reading(&|it| it.threshold = Reading(-furthest.0)), Ok(()));
    assert_eq!(reading(&|it| it.target = beyond(1)), Err("further.0.target".into()));
    assert_eq!(reading(&|it| it.threshold = beyond(-1)), Err("further.0.threshold".into()));
    assert_eq!(reading(&|it| it.baseline = Some(furthest)), Ok(()));
    assert_eq!(reading(&|it| it.baseline = Some(beyond(1))), Err("further.0.baseline".into()));
    let all = |it: &mut Measure| {
        it.scoring = Scoring::AllOrNothing;
        it.target = it.threshold;
    };
    assert_eq!(reading(&all), Ok(()), "no way has to lie before a target that is all or nothing");
}

#[test]
fn steps_rise() {
    let of = |direction, steps: &[(i64, i64)]| {
        let step = |(at, points): &(i64, i64)| Step { at: Reading(*at), basis_points: *points };
        let steps = steps.iter().map(step).collect();
        let mut framework = framework();
        let scoring = Scoring::Stepped { steps };
        framework.further[0] = Measure { direction, ..measure(21, 0, scoring) };
        check_framework(&framework).map_err(|fault| fault.path)
    };
    let (up, down) = (Direction::HigherIsBetter, Direction::LowerIsBetter);
    let steps = || Err("further.0.steps".to_owned());
    assert_eq!(of(up, &[(5, 1), (6, 10_000)]), Ok(()));
    assert_eq!(of(down, &[(6, 1), (5, 2)]), Ok(()));
    assert_eq!(of(up, &[]), steps());
    assert_eq!(of(up, &[(5, 1), (5, 2)]), steps());
    assert_eq!(of(down, &[(5, 1), (6, 2)]), steps());
    assert_eq!(of(up, &[(5, 2), (6, 2)]), steps());
    assert_eq!(of(up, &[(5, 10_001)]), Err("further.0.steps.0.basisPoints".into()));
    assert_eq!(of(up, &[(i64::MAX, 1)]), Err("further.0.steps.0.at".into()));
}

#[test]
fn c4_a_component_stays_of_its_kind() {
    let component = component(PAID, pay(block(Pence(1))));
    assert_eq!(check_change(&component, &pay(block(Pence(2)))), Ok(()));
    let other = pay(Kind::PassThrough { code: "A".into() });
    assert_eq!(refused(check_change(&component, &other)), "kind");
}

#[test]
fn every_kind_is_called_by_its_name() {
    let prices = || vec![Price { code: "A".into(), price: Pence(1) }];
    let share = || sharing(vec![]);
    let capitation =
        || Capitation { yearly_price: Pence(1), groups: vec![], refreshed: Refresh::Monthly };
    let kinds = [
        (block(Pence(1)), KindName::Block, true, true),
        (Kind::Capitation(capitation()), KindName::Capitation, true, true),
        (Kind::Activity { tariffs: vec![] }, KindName::Activity, true, false),
        (Kind::CostAndVolume(volume()), KindName::CostAndVolume, true, false),
        (Kind::Episode { prices: prices() }, KindName::Episode, true, false),
        (Kind::YearOfCare { prices: prices() }, KindName::YearOfCare, true, false),
        (
            Kind::OutcomeContingent(contingent(Amount::Stated(Pence(1)))),
            KindName::OutcomeContingent,
            false,
            false,
        ),
        (
            Kind::Incentive(incentive(Basis::ContractValue, 1, vec![])),
            KindName::Incentive,
            false,
            false,
        ),
        (Kind::GainShare(share()), KindName::GainShare, false, false),
        (Kind::LossShare(share()), KindName::LossShare, false, false),
        (Kind::Transition { payments: vec![] }, KindName::Transition, false, false),
        (Kind::PassThrough { code: "A".into() }, KindName::PassThrough, false, false),
    ];
    for (kind, name, is_for_care, is_fixed) in kinds {
        assert_eq!(kind.name(), name);
        assert_eq!((name.is_for_care(), name.is_fixed()), (is_for_care, is_fixed));
    }
}
