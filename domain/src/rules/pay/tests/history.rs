//! The past comes out as it did: versions, days and moments.

use entities::contract_status_change::ContractStatus;

use super::*;

fn versions(versions: Vec<Version>) -> Terms {
    let mut terms = terms(vec![pay(block(Pence::ZERO))]);
    terms.components[0].versions = versions;
    terms
}

fn paid(effective_on: NaiveDate, yearly: i64, known_at: i64) -> Version {
    Version { known_at: Instant(known_at), ..version(effective_on, pay(block(pounds(yearly)))) }
}

#[test]
fn a_month_is_paid_by_the_version_in_force_on_its_first_day() {
    let terms = versions(vec![
        paid(day(2025, 10, 2), 2_400, 3),
        paid(day(2025, 4, 1), 1_200, 1),
        paid(day(2025, 10, 2), 3_600, 4),
    ]);
    let months = by_month(&schedule(&terms, &facts(), year(2025)), PAID);
    let mut expected = [10_000; 12];
    expected[7..].fill(30_000);
    assert_eq!(months, expected);
    let then = Facts { known_at: Instant(3), ..facts() };
    assert_eq!(by_month(&schedule(&terms, &then, year(2025)), PAID)[7], 20_000);
    let before = Facts { as_of: day(2025, 10, 1), ..facts() };
    assert_eq!(by_month(&schedule(&terms, &before, year(2025)), PAID), [10_000; 12]);
    let on = Facts { as_of: day(2025, 10, 2), ..facts() };
    assert_eq!(by_month(&schedule(&terms, &on, year(2025)), PAID), expected);
    assert!(schedule(&terms, &facts(), year(2024)).lines.is_empty());
}

#[test]
fn a_component_that_ended_pays_no_more_and_does_not_fall_back_to_what_it_was() {
    let last = Version { ends_on: Some(day(2025, 12, 1)), ..paid(day(2025, 7, 1), 2_400, 2) };
    let terms = versions(vec![paid(day(2025, 4, 1), 1_200, 1), last]);
    let months = by_month(&schedule(&terms, &facts(), year(2025)), PAID);
    let (a, b) = (10_000, 20_000);
    assert_eq!(months, [a, a, a, b, b, b, b, b, b, 0, 0, 0]);
    assert!(schedule(&terms, &facts(), year(2026)).lines.is_empty());
}

#[test]
fn what_is_worked_out_for_a_year_counts_its_months_and_the_last_version() {
    let earning = |amount| pay(Kind::OutcomeContingent(contingent(Amount::Stated(pounds(amount)))));
    let mut terms = versions(vec![
        version(day(2025, 7, 1), earning(1_200)),
        version(day(2025, 10, 1), earning(2_400)),
    ]);
    terms.framework = four_measures();
    assert_eq!(schedule(&terms, &facts(), year(2025)).most_of(PAID), pounds(1_800));
    assert_eq!(schedule(&terms, &facts(), year(2026)).most_of(PAID), pounds(2_400));
    terms.components[0].versions[1].ends_on = Some(day(2026, 1, 31));
    assert_eq!(schedule(&terms, &facts(), year(2025)).most_of(PAID), pounds(1_400));
}

#[test]
fn goals_too_count_the_months_in_force() {
    let scheme = incentive(Basis::ContractValue, 250, vec![goal(11, 100)]);
    let mut terms = versions(vec![version(day(2025, 10, 1), pay(Kind::Incentive(scheme)))]);
    terms.values = vec![value(2025, Pence::ZERO, pounds(10_000))];
    assert_eq!(schedule(&terms, &facts(), year(2025)).most_of(PAID), pounds(50));
}

#[test]
fn only_what_was_known_and_had_happened_counts() {
    let known = |known_at| Instant(known_at);
    let list = |counted_on, known_at| ListSize {
        code: "LIST".into(),
        counted_on,
        people: 1,
        known_at: known(known_at),
    };
    let done = |of_month, known_at| Activity {
        known_at: known(known_at),
        ..activity("VISIT", of_month, 1)
    };
    let spent = |of_month, known_at| Cost {
        known_at: known(known_at),
        ..cost("DRUGS", 2025, of_month, pounds(1))
    };
    let validated = |validated_on, known_at| Measurement {
        validated_on,
        known_at: known(known_at),
        ..measured(11, 2025, 0)
    };
    let held = |from, known_at| Withholding {
        known_at: known(known_at),
        from: month(from),
        settlements: Vec::new(),
        ..withheld::withholding()
    };
    let stood = |effective_on, known_at| Stood {
        status: ContractStatus::Suspended,
        is_whole: true,
        effective_on,
        known_at: known(known_at),
    };
    let ends =
        |effective_on, known_at| LastDay { ends_on: None, effective_on, known_at: known(known_at) };
    let (on, after) = (day(2025, 6, 1), day(2025, 6, 2));
    let facts = Facts {
        as_of: on,
        known_at: Instant(5),
        list_sizes: vec![list(on, 5), list(after, 5), list(on, 6)],
        activity: vec![done(3, 5), done(4, 5), done(3, 6)],
        costs: vec![spent(3, 5), spent(4, 5), spent(3, 6)],
        measurements: vec![validated(on, 5), validated(after, 5), validated(on, 6)],
        delivery: Delivery {
            changes: vec![stood(on, 5), stood(after, 5), stood(on, 6)],
            last_days: vec![ends(on, 5), ends(after, 5), ends(on, 6)],
        },
        withholdings: vec![held(3, 5), held(4, 5), held(3, 6)],
    };
    let expected = Facts {
        list_sizes: vec![list(on, 5)],
        activity: vec![done(3, 5)],
        costs: vec![spent(3, 5)],
        measurements: vec![validated(on, 5)],
        delivery: Delivery { changes: vec![stood(on, 5)], last_days: vec![ends(on, 5)] },
        withholdings: vec![held(3, 5)],
        ..facts.clone()
    };
    assert_eq!(facts.as_known(), expected);
}

fn posted(of_month: i32, nature: Nature, amount: i64) -> Posted {
    Posted { component: PAID, month: month(of_month), nature, amount: Pence(amount) }
}

#[test]
fn a_run_pays_up_to_its_month_and_the_difference_to_what_was_run_before() {
    let schedule = schedule(&versions(vec![paid(day(2025, 4, 1), 12, 1)]), &facts(), year(2025));
    let of = |before: &[Posted], through| -> Vec<(i32, i64, bool)> {
        let payable = payable(&schedule, before, month(through));
        payable.iter().map(|it| (it.month.number(), it.amount.0, it.is_adjustment)).collect()
    };
    assert_eq!(of(&[], 2), [(1, 100, false), (2, 100, false)]);
    let due = |month, amount| posted(month, Nature::Due, amount);
    assert_eq!(of(&[due(1, 100)], 2), [(2, 100, false)]);
    assert_eq!(of(&[due(1, 90), due(1, 30), due(3, 7)], 2), [(1, -20, true), (2, 100, false)]);
    let elsewhere = posted(1, Nature::Withheld, -5);
    assert_eq!(of(&[due(1, 100), elsewhere], 1), [(1, 5, true)]);
    assert_eq!(payable(&schedule, &[], month(1))[0].component, PAID);
    assert_eq!(payable(&schedule, &[], month(1))[0].nature, Nature::Due);
}
