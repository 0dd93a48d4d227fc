use proptest::prelude::*;
use uuid::Uuid;

use super::*;

const EVER: Instant = Instant(i64::MAX);

fn day(year: i32, month: u32, day: u32) -> NaiveDate {
    NaiveDate::from_ymd_opt(year, month, day).expect("a day")
}

fn year(start: i32) -> FinancialYear {
    FinancialYear::starting(start).expect("a year")
}

fn version(number: i32, effective_on: NaiveDate, amounts: &[(i32, i64)]) -> Version {
    Version {
        number,
        effective_on,
        known_at: Instant(i64::from(number) * 10),
        is_withdrawal: false,
        amounts: amounts.iter().map(|(start, pence)| (year(*start), Pence(*pence))).collect(),
    }
}

fn spent(spent_on: NaiveDate, known_at: i64, pence: i64) -> Spent {
    Spent { spent_on, known_at: Instant(known_at), amount: Pence(pence) }
}

/// 100 a year from April 2025, 150 of 2025/26 from October, and withdrawn in June 2026, of whose year
/// 30 stay.
fn versions() -> Vec<Version> {
    let withdrawal = version(3, day(2026, 6, 1), &[(2026, 30)]);
    vec![
        version(1, day(2025, 4, 1), &[(2025, 100), (2026, 100), (2027, 100)]),
        version(2, day(2025, 10, 1), &[(2025, 150)]),
        Version { is_withdrawal: true, ..withdrawal },
    ]
}

#[test]
fn m8_a_budget_of_a_year_is_what_was_in_force_and_known() {
    let on = |start, as_of, known_at| {
        amount(&versions(), year(start), At { as_of, known_at: Instant(known_at) }).0
    };
    assert_eq!(on(2025, day(2025, 9, 30), 99), 100);
    assert_eq!(on(2025, day(2025, 10, 1), 99), 150);
    assert_eq!(on(2025, day(2025, 10, 1), 19), 100, "before it was recorded");
    assert_eq!(on(2025, day(2025, 3, 31), 99), 100, "as at the year's first day");
    assert_eq!(on(2025, day(2030, 1, 1), 99), 150, "a withdrawal leaves earlier years alone");
    assert_eq!(on(2026, day(2026, 5, 31), 99), 100, "a year that is not named stays as it was");
    assert_eq!(on(2026, day(2026, 6, 1), 99), 30, "what stays of the year of the withdrawal");
    assert_eq!(on(2027, day(2027, 4, 1), 99), 0, "and nothing of later ones");
    assert_eq!(on(2027, day(2027, 4, 1), 29), 100, "before that was known");
    assert_eq!(on(2024, day(2025, 3, 31), 99), 0);
}

#[test]
fn m8_what_is_left_is_the_budget_less_what_was_spent_by_then_and_known() {
    let spent = [
        spent(day(2025, 3, 31), 1, 7),
        spent(day(2025, 4, 1), 20, 60),
        spent(day(2026, 3, 31), 30, 50),
        spent(day(2025, 4, 1), 40, -60),
        spent(day(2026, 4, 1), 50, 9),
    ];
    let left = |as_of, known_at| {
        let at = At { as_of, known_at: Instant(known_at) };
        let it = figures(&versions(), &spent, year(2025), at);
        (it.budget.0, it.spent.0, it.left.0)
    };
    assert_eq!(left(day(2025, 9, 30), 39), (100, 60, 40));
    assert_eq!(left(day(2026, 3, 31), 39), (150, 110, 40));
    assert_eq!(left(day(2026, 3, 31), 40), (150, 50, 100), "taken back of the day it was spent");
    assert_eq!(left(day(2026, 3, 31), 9), (0, 0, 0));
}

#[test]
fn what_is_overspent_withdrawn_or_paid_to_oneself_is_recorded_and_told() {
    let [holder, payee] = [1, 2].map(Uuid::from_u128);
    let told = |of: Spent, to| warnings((&versions(), &[of]), &of, (holder, to));
    assert_eq!(told(spent(day(2025, 5, 1), 99, 150), payee), [], "later in the year there is 150");
    assert_eq!(told(spent(day(2025, 5, 1), 99, 151), payee), [Warning::Overspent]);
    assert_eq!(told(spent(day(2026, 5, 31), 99, 30), payee), []);
    assert_eq!(told(spent(day(2026, 6, 1), 99, 30), payee), [Warning::AfterWithdrawal]);
    assert_eq!(told(spent(day(2025, 5, 1), 99, 1), holder), [Warning::PaidToItself]);
}

#[test]
fn m4_budgets_of_a_contract_come_to_no_more_than_it_on_any_day() {
    let values = BTreeMap::from([(year(2025), Pence(200)), (year(2026), Pence(200))]);
    let others = [versions()];
    let fitting = |after: &[Version]| fits(&values, &others, (&[], after));
    assert_eq!(fitting(&[version(1, day(2025, 4, 1), &[(2025, 50)])]), Ok(()));
    assert_eq!(
        fitting(&[version(1, day(2025, 4, 1), &[(2025, 51)])]),
        Err(year(2025)),
        "from October there is 150 already"
    );
    let until_then =
        [version(1, day(2025, 4, 1), &[(2025, 100)]), version(2, day(2025, 10, 1), &[(2025, 50)])];
    assert_eq!(fitting(&until_then), Ok(()), "less from the day on which the other is more");
    let from_may = version(1, day(2026, 5, 1), &[(2026, 101)]);
    assert_eq!(fitting(&[from_may]), Err(year(2026)), "until June there is 100 already");
    assert_eq!(fitting(&[version(1, day(2026, 6, 1), &[(2026, 170)])]), Ok(()));
    assert_eq!(
        fitting(&[version(1, day(2027, 4, 1), &[(2027, 9_999)])]),
        Ok(()),
        "nothing is compared in a year whose value is not recorded"
    );
}

#[test]
fn what_adds_nothing_to_an_excess_is_not_refused_for_it() {
    let values = BTreeMap::from([(year(2025), Pence(100))]);
    let before = [version(1, day(2025, 4, 1), &[(2025, 300)])];
    let to = |pence| [before[0].clone(), version(2, day(2025, 4, 1), &[(2025, pence)])];
    assert_eq!(fits(&values, &[], (&before, &to(200))), Ok(()));
    assert_eq!(fits(&values, &[], (&before, &to(300))), Ok(()));
    assert_eq!(fits(&values, &[], (&before, &to(301))), Err(year(2025)));
}

fn any_versions() -> impl Strategy<Value = Vec<Version>> {
    let one = (0..900_u64, 0..4_i32, 0..5_000_i64, any::<bool>());
    proptest::collection::vec(one, 0..5).prop_map(|mut all| {
        all.sort_by_key(|it| it.0);
        let numbered = (1..).zip(all);
        let of = |(number, (after, start, pence, is_withdrawal)): (i32, (u64, i32, i64, bool))| {
            let on = day(2024, 4, 1) + chrono::Days::new(after);
            Version { is_withdrawal, ..version(number, on, &[(2024 + start, pence)]) }
        };
        numbered.map(of).collect()
    })
}

proptest! {
    #[test]
    fn m4_what_is_left_explains_itself_to_the_penny(
        versions in any_versions(),
        paid in proptest::collection::vec((0..1_500_u64, 0..90_i64, -900..5_000_i64), 0..9),
        after in 0..1_500_u64, known in 0..90_i64,
    ) {
        let on = |after| day(2024, 4, 1) + chrono::Days::new(after);
        let paid: Vec<Spent> = paid.into_iter().map(|it| spent(on(it.0), it.1, it.2)).collect();
        let at = At { as_of: on(after), known_at: Instant(known) };
        for start in 2023..2029 {
            let found = figures(&versions, &paid, year(start), at);
            prop_assert_eq!(found.budget - found.spent, found.left);
            let explained = explain(&versions, &paid, year(start), at);
            prop_assert_eq!(explained.result(), found.left);
            let results: Vec<Pence> = explained.steps.iter().map(|it| it.result).collect();
            prop_assert_eq!(results, vec![found.budget, found.spent, found.left]);
        }
    }

    #[test]
    fn m8_what_is_recorded_later_changes_no_earlier_answer(
        versions in any_versions(), after in 0..1_500_u64, start in 2023..2029_i32,
    ) {
        let as_of = day(2024, 4, 1) + chrono::Days::new(after);
        for known in 0..versions.len() {
            let at = At { as_of, known_at: Instant(i64::try_from(known).expect("few") * 10) };
            let then = amount(&versions[..known], year(start), at);
            prop_assert_eq!(amount(&versions, year(start), at), then);
        }
    }

    #[test]
    fn m4_whatever_fits_comes_to_no_more_than_the_contract_on_any_day(
        others in proptest::collection::vec(any_versions(), 0..3),
        after in any_versions(), value in 0..9_000_i64,
    ) {
        let of_year = year(2025);
        let values = BTreeMap::from([(of_year, Pence(value))]);
        let total = |all: &[Vec<Version>], on| -> i64 {
            all.iter().map(|it| amount(it, of_year, At { as_of: on, known_at: EVER }).0).sum()
        };
        let days: Vec<NaiveDate> = of_year.first_day().iter_days().take(365).collect();
        if days.iter().any(|on| total(&others, *on) > value) {
            return Ok(());
        }
        let all = [others.clone(), vec![after.clone()]].concat();
        let is_within = days.iter().all(|on| total(&all, *on) <= value);
        prop_assert_eq!(fits(&values, &others, (&[], &after)).is_ok(), is_within);
    }
}
