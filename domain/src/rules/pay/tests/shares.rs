//! Savings and overspends against a target.

use super::*;

fn sharing(bands: &[(Option<i64>, i64)], first_borne_by: Bearer) -> Sharing {
    let band = |(to_basis_points, provider_basis_points): &(Option<i64>, i64)| Band {
        to_basis_points: *to_basis_points,
        provider_basis_points: *provider_basis_points,
    };
    Sharing {
        target: Amount::Stated(pounds(1_000)),
        cost_code: "ALL".into(),
        bands: bands.iter().map(band).collect(),
        first_borne_by,
        gate_basis_points: None,
    }
}

fn at_cost(pay: Pay, cost_of_year: i64) -> Schedule {
    let costs =
        vec![cost("ALL", 2025, 1, pounds(100)), cost("ALL", 2025, 12, pounds(cost_of_year - 100))];
    schedule(&terms(vec![pay]), &Facts { costs, ..facts() }, year(2025))
}

fn parts(schedule: &Schedule) -> (i64, i64, i64) {
    let shared = &schedule.shared[0];
    (shared.variance.0 / 100, shared.provider.0 / 100, shared.pool.0 / 100)
}

#[test]
fn a_saving_is_shared_layer_by_layer() {
    let bands = [(Some(500), 0), (Some(1_000), 5_000), (Some(3_000), 10_000)];
    let gain = pay(Kind::GainShare(sharing(&bands, Bearer::Pool)));
    let of = |cost| parts(&at_cost(gain.clone(), cost));
    assert_eq!(of(1_000), (0, 0, 0));
    assert_eq!(of(1_100), (0, 0, 0));
    assert_eq!(of(960), (40, 0, 40));
    assert_eq!(of(920), (80, 15, 65));
    assert_eq!(of(800), (200, 125, 75));
    assert_eq!(of(600), (400, 225, 175), "what lies beyond the last band is the pool's");
    let shared = at_cost(gain, 920).shared.remove(0);
    assert_eq!((shared.target, shared.cost), (pounds(1_000), pounds(920)));
    assert_eq!((shared.component, shared.is_gate_passed), (PAID, None));
}

#[test]
fn what_passes_is_the_part_that_the_other_has_in_its_books() {
    let of = |kind: fn(Sharing) -> Kind, first, cost| {
        let schedule = at_cost(pay(kind(sharing(&[(None, 2_500)], first))), cost);
        assert_eq!(by_month(&schedule, PAID)[11], schedule.total().0);
        (schedule.total().0 / 100, words(&schedule, PAID).remove(0))
    };
    let saved = |whose| format!("100.00 saved against 1000.00: what {whose} keeps");
    let over = |whose| format!("100.00 overspent against 1000.00: what {whose} bears");
    assert_eq!(of(Kind::GainShare, Bearer::Provider, 900), (-75, saved("the pool")));
    assert_eq!(of(Kind::GainShare, Bearer::Pool, 900), (25, saved("the provider")));
    assert_eq!(of(Kind::LossShare, Bearer::Provider, 1_100), (75, over("the pool")));
    assert_eq!(of(Kind::LossShare, Bearer::Pool, 1_100), (-25, over("the provider")));
}

#[test]
fn nothing_is_shared_before_the_march_of_the_year_is_recorded() {
    let gain = pay(Kind::GainShare(sharing(&[(None, 5_000)], Bearer::Pool)));
    let costs = vec![cost("ALL", 2025, 11, pounds(1)), cost("ALL", 2026, 12, pounds(1))];
    let schedule = schedule(&terms(vec![gain]), &Facts { costs, ..facts() }, year(2025));
    assert!(schedule.shared.is_empty() && schedule.lines.is_empty());
}

#[test]
fn a_saving_without_the_quality_is_all_the_pools() {
    let gated =
        Sharing { gate_basis_points: Some(5_000), ..sharing(&[(None, 5_000)], Bearer::Pool) };
    let terms = Terms { framework: four_measures(), ..terms(vec![pay(Kind::GainShare(gated))]) };
    let of = |met: u128| {
        let measurements = (11..11 + met).map(|id| measured(id, 2025, 100_000)).collect();
        let costs = vec![cost("ALL", 2025, 12, pounds(900))];
        schedule(&terms, &Facts { costs, measurements, ..facts() }, year(2025))
    };
    assert_eq!((parts(&of(2)), of(2).shared[0].is_gate_passed), ((100, 50, 50), Some(true)));
    assert_eq!((parts(&of(1)), of(1).shared[0].is_gate_passed), ((100, 0, 100), Some(false)));
    let told = "100.00 saved against 1000.00: what the provider keeps, without the quality that \
                was a condition";
    assert_eq!(words(&of(1), PAID), [told]);
}

#[test]
fn a_cap_is_the_most_that_is_the_providers() {
    let capped = |cap| Pay {
        cap: Some(Amount::Stated(pounds(cap))),
        ..pay(Kind::LossShare(sharing(&[(None, 10_000)], Bearer::Pool)))
    };
    assert_eq!(parts(&at_cost(capped(30), 1_100)), (100, 30, 70));
    assert_eq!(parts(&at_cost(capped(200), 1_100)), (100, 100, 0));
    assert_eq!(at_cost(capped(30), 1_100).total(), pounds(-30));
}

#[test]
fn a_part_of_a_year_has_its_part_of_the_target_and_of_the_cap() {
    let gain = Pay {
        cap: Some(Amount::Stated(pounds(120))),
        ..pay(Kind::GainShare(Sharing {
            target: Amount::Stated(pounds(1_200)),
            ..sharing(&[(None, 10_000)], Bearer::Pool)
        }))
    };
    let mut terms = terms(vec![gain]);
    terms.components[0].versions[0].effective_on = day(2025, 10, 1);
    let costs = vec![cost("ALL", 2025, 12, pounds(500))];
    let schedule = schedule(&terms, &Facts { costs, ..facts() }, year(2025));
    assert_eq!(parts(&schedule), (100, 60, 40));
}

#[test]
fn a_target_may_be_indexed() {
    let mut gain = pay(Kind::GainShare(sharing(&[(None, 10_000)], Bearer::Pool)));
    gain.uplifts = vec![Uplift { year: year(2025), basis_points: 1_000 }];
    assert_eq!(parts(&at_cost(gain, 1_000)), (100, 100, 0));
}

#[test]
fn of_a_year_in_which_more_was_given_back_than_paid_a_share_is_nothing() {
    let bases = Bases { actual_annual_value: pounds(-5), ..Bases::default() };
    assert_eq!(bases.of(Basis::ActualAnnualValue), Pence::ZERO);
}
