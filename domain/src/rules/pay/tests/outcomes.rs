//! Outcomes, and what they earn.

use super::*;

fn scored(measure: &Measure, thousandths: i64) -> (i64, i64) {
    let score = score(measure, Reading(thousandths));
    (score.reached, score.of)
}

#[test]
fn a_linear_score_is_the_way_from_the_threshold_to_the_target() {
    let higher = Measure {
        threshold: Reading(40_000),
        target: Reading(90_000),
        ..measure(11, 0, Scoring::Linear)
    };
    assert_eq!(scored(&higher, 70_000), (30_000, 50_000));
    assert_eq!(scored(&higher, 39_999), (0, 50_000));
    assert_eq!(scored(&higher, 95_000), (50_000, 50_000));
    let lower = Measure {
        direction: Direction::LowerIsBetter,
        threshold: Reading(20_000),
        target: Reading(12_000),
        ..higher
    };
    assert_eq!(scored(&lower, 14_000), (6_000, 8_000));
    assert_eq!(scored(&lower, 21_000), (0, 8_000));
    let same = Measure { target: Reading(20_000), ..lower };
    assert_eq!(scored(&same, 19_999), (1, 1));
    assert_eq!(scored(&same, 20_000), (0, 1));
}

#[test]
fn all_or_nothing_earns_at_the_target_and_not_before() {
    let higher = measure(11, 0, Scoring::AllOrNothing);
    assert_eq!([scored(&higher, 100_000), scored(&higher, 99_999)], [(1, 1), (0, 1)]);
    let lower = Measure { direction: Direction::LowerIsBetter, ..higher };
    assert_eq!([scored(&lower, 100_000), scored(&lower, 100_001)], [(1, 1), (0, 1)]);
}

#[test]
fn steps_earn_the_best_that_was_reached() {
    let step = |at, basis_points| Step { at: Reading(at), basis_points };
    let steps = vec![step(50_000, 4_000), step(80_000, 10_000)];
    let higher = measure(11, 0, Scoring::Stepped { steps });
    let reached = [49_999, 50_000, 79_999, 80_000].map(|it| scored(&higher, it).0);
    assert_eq!(reached, [0, 4_000, 4_000, 10_000]);
    assert_eq!(scored(&higher, 0).1, 10_000);
}

fn earning(contingent: Contingent) -> Terms {
    let kind = Kind::OutcomeContingent(contingent);
    Terms { framework: four_measures(), ..terms(vec![pay(kind)]) }
}

fn stated(amount: i64) -> Contingent {
    contingent(Amount::Stated(pounds(amount)))
}

#[test]
fn c5_not_evidenced_is_not_failed() {
    let measurements = vec![measured(11, 2025, 100_000), measured(12, 2025, 1_000)];
    let facts = Facts { as_of: day(2026, 5, 1), measurements, ..facts() };
    let schedule = schedule(&earning(stated(400)), &facts, year(2025));
    let states: Vec<State> = schedule.results.iter().map(|result| result.state).collect();
    let expected = [State::Met, State::Failed, State::NotEvidenced, State::NotEvidenced];
    assert_eq!(states, expected);
    assert_eq!(schedule.results[1].missed, pounds(100));
    assert_eq!(by_month(&schedule, PAID)[11], 10_000);
    assert_eq!(schedule.lines.len(), 1);
    assert_eq!(schedule.lines[0].explanation.rule, "C5");
    let told = [
        "measure 11: met, of 100.00",
        "measure 12: failed, of 100.00",
        "measure 13: not evidenced, of 100.00",
        "measure 14: not evidenced, of 100.00",
    ];
    assert_eq!(words(&schedule, PAID), told);
}

#[test]
fn c5_of_several_validated_measurements_the_last_counts() {
    let earlier = Measurement { validated_on: day(2026, 4, 2), ..measured(11, 2025, 0) };
    let other_year = measured(12, 2024, 100_000);
    let corrected = Measurement { known_at: Instant(11), ..measured(13, 2025, 100_000) };
    let measurements =
        vec![measured(11, 2025, 100_000), earlier, other_year, corrected, measured(13, 2025, 0)];
    let of = |known_at| {
        let facts = Facts { known_at, measurements: measurements.clone(), ..facts() };
        schedule(&earning(stated(400)), &facts, year(2025))
    };
    assert_eq!(of(LATE).total(), pounds(200));
    assert_eq!(of(Instant(10)).total(), pounds(100));
    assert_eq!(of(Instant(9)).total(), Pence::ZERO);
    let told = words(&of(LATE), PAID);
    assert_eq!(told[1], "measure 12: not evidenced, forfeited, of 100.00");
}

#[test]
fn a_partly_met_measure_says_so() {
    let mut terms = earning(stated(400));
    terms.framework.domains[0].measures[0].scoring = Scoring::Linear;
    let facts = Facts { measurements: vec![measured(11, 2025, 12_345)], ..facts() };
    let schedule = schedule(&terms, &facts, year(2025));
    assert_eq!(schedule.results[0].earned, Pence(1_235), "12.345 per cent, halves away");
    assert_eq!(schedule.results[0].missed, Pence(8_765));
    assert_eq!(words(&schedule, PAID)[0], "measure 11: partly met, of 100.00");
}

#[test]
fn domains_and_measures_divide_what_can_be_earned_by_their_weights() {
    let domain = |name: &str, weight, first: u128, weights: [i64; 2]| Domain {
        name: name.into(),
        weight,
        measures: vec![
            measure(first, weights[0], Scoring::AllOrNothing),
            measure(first + 1, weights[1], Scoring::AllOrNothing),
        ],
    };
    let mut terms = earning(stated(100));
    terms.framework.domains =
        vec![domain("One", 6_000, 11, [2_500, 7_500]), domain("Two", 4_000, 13, [10_000, 0])];
    let most = |terms: &Terms| -> Vec<i64> {
        let schedule = schedule(terms, &facts(), year(2025));
        schedule.results.iter().map(|result| result.most.0).collect()
    };
    assert_eq!(most(&terms), [1_500, 4_500, 4_000, 0]);
    terms.framework.domains.clear();
    assert!(most(&terms).is_empty());
}

#[test]
fn what_is_paid_on_account_is_taken_off_what_is_due_once_that_is_known() {
    let contingent = Contingent { on_account_basis_points: 6_000, ..stated(400) };
    let of = |as_of| {
        let measurements = vec![measured(11, 2025, 100_000), measured(12, 2025, 0)];
        let facts = Facts { as_of, measurements, ..facts() };
        schedule(&earning(contingent.clone()), &facts, year(2025))
    };
    let open = of(day(2026, 5, 1));
    let mut months = [2_000; 12];
    months[11] += 10_000 - 2 * 6_000;
    assert_eq!(by_month(&open, PAID), months);
    assert_eq!(open.lines[0].nature, Nature::OnAccount);
    assert_eq!(words(&open, PAID)[0], "240.00 on account, in 12 months");
    assert_eq!(open.lines[0].explanation.steps[0].label, "On account");
    assert!(words(&open, PAID).contains(&"measure 11: paid on account".to_owned()));
    assert_eq!(open.total(), pounds(100 + 120), "two are open: what is paid for them stays");
    assert_eq!(of(day(2026, 7, 1)).total(), pounds(100), "forfeited: it is taken back");
    let natures: Vec<Nature> = open.lines[11..].iter().map(|line| line.nature).collect();
    assert_eq!(natures, [Nature::Due, Nature::OnAccount], "in order of the month");
}

#[test]
fn c6_each_goal_is_due_in_its_month() {
    let goals =
        vec![Goal { due: month(6), ..goal(11, 100) }, Goal { is_national: false, ..goal(12, 150) }];
    let mut terms = Terms {
        values: vec![value(2025, Pence::ZERO, pounds(10_000))],
        ..terms(vec![pay(Kind::Incentive(incentive(Basis::ContractValue, 250, goals)))])
    };
    let of = |id| measure(id, 0, Scoring::AllOrNothing);
    terms.framework = Framework { further: vec![of(11), of(12)], ..Framework::default() };
    let early = Measurement { validated_on: day(2025, 10, 1), ..measured(11, 2025, 100_000) };
    let facts = Facts { measurements: vec![early], ..facts() };
    let found = schedule(&terms, &facts, year(2025));
    let mut months = [0; 12];
    months[5] = 10_000;
    assert_eq!(by_month(&found, PAID), months);
    assert_eq!(found.lines.len(), 2);
    assert_eq!(found.lines[0].explanation.rule, "C6");
    let Kind::Incentive(scheme) = &mut terms.components[0].versions[0].pay.kind else { return };
    scheme.on_account_basis_points = 5_000;
    let found = schedule(&terms, &facts, year(2025));
    assert_eq!(by_month(&found, PAID)[4..6], [1_042, 1_042 + 10_000 - 5_000]);
    assert_eq!(found.total(), pounds(100), "the second is forfeited");
}

#[test]
fn c9_a_reward_grows_by_plan_and_its_last_amount_stays() {
    let most = Phasing {
        amounts: [100, 200, 300].map(|it| Amount::Stated(pounds(it))).into(),
        when: None,
    };
    let terms = earning(Contingent { most, on_account_basis_points: 0 });
    let most = |start| schedule(&terms, &facts(), year(start)).most_of(PAID);
    assert_eq!([2025, 2026, 2027, 2028].map(most), [100, 200, 300, 300].map(pounds));
}

#[test]
fn c9_a_reward_grows_when_results_were_sustained_and_improved_on() {
    let amounts: Vec<Amount> = [100, 200, 300].map(|it| Amount::Stated(pounds(it))).into();
    let of = |and_improved, by_year: [i64; 3]| {
        let when = Some(Sustained { at_least_basis_points: 5_000, and_improved });
        let most = Phasing { amounts: amounts.clone(), when };
        let terms = earning(Contingent { most, on_account_basis_points: 0 });
        // So many of the four measures, each a quarter, were met in a year.
        let met = |(start, met): (i32, i64)| {
            (11..)
                .take(usize::try_from(met).unwrap_or(0))
                .map(move |id| measured(id, start, 100_000))
        };
        let measurements = (2025..).zip(by_year).flat_map(met).collect();
        let facts = Facts { measurements, ..facts() };
        [2025, 2026, 2027, 2028].map(|start| schedule(&terms, &facts, year(start)).most_of(PAID))
    };
    assert_eq!(of(false, [2, 2, 2]), [100, 200, 300, 300].map(pounds));
    assert_eq!(of(false, [1, 2, 1]), [100, 100, 200, 200].map(pounds));
    assert_eq!(of(true, [2, 2, 3]), [100, 200, 200, 300].map(pounds));
    assert_eq!(of(true, [1, 2, 1]), [100, 100, 200, 200].map(pounds));
    assert_eq!(of(true, [1, 0, 1]), [100, 100, 100, 100].map(pounds));
    let none = Phasing { amounts: Vec::new(), when: None };
    let nothing = Contingent { most: none, on_account_basis_points: 0 };
    assert_eq!(schedule(&earning(nothing), &facts(), year(2025)).most_of(PAID), Pence::ZERO);
}

#[test]
fn the_score_of_a_year_weighs_domains_and_measures() {
    let mut framework = four_measures();
    framework.domains[0].weight = 6_000;
    let second = measure(15, 10_000, Scoring::Linear);
    framework.domains.push(Domain { name: "Safe".into(), weight: 4_000, measures: vec![second] });
    let measurements = vec![measured(11, 2025, 100_000), measured(15, 2025, 33_333)];
    let facts = Facts { measurements, ..facts() };
    // A quarter of 60 per cent, and 33.333 per cent of 40 per cent.
    assert_eq!(score_of_year(&framework, &facts, year(2025)), 1_500 + 1_333);
    assert_eq!(score_of_year(&framework, &facts, year(2026)), 0);
}
