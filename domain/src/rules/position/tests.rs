use chrono::NaiveDate;
use entities::value::{Pence, Period};
use proptest::prelude::*;
use uuid::Uuid;

use super::{
    testing::{basis, day, positions, schemes, year},
    *,
};
use crate::rules::{
    forecast,
    funding::{DatedSplit, Share},
    profile,
};

const ICB: Uuid = Uuid::from_u128(1);
const COUNCIL: Uuid = Uuid::from_u128(2);

fn on(year: i32, month: u32, day: u32) -> NaiveDate {
    NaiveDate::from_ymd_opt(year, month, day).expect("a date")
}

fn split_from(effective_on: NaiveDate, icb: i64, council: i64) -> DatedSplit {
    let share = |partner, source: &str, weight| Share { partner, source: source.into(), weight };
    let shares = vec![share(ICB, "NHS_MINIMUM", icb), share(COUNCIL, "CORE", council)];
    DatedSplit { effective_on, shares }
}

/// £1,200 a year, £90 a month expected, £110 spent in April by the council; the ICB funds two
/// thirds until the end of September and a half from October.
fn home_care() -> SchemeFacts {
    let spent = |funded_by, source: &str, pence| ActualPart {
        incurred_by: COUNCIL,
        funded_by,
        source: source.into(),
        period: Period::new(1).expect("April"),
        spent: Pence(pence),
        refunded: Pence::ZERO,
        prior_year: Pence::ZERO,
    };
    SchemeFacts {
        id: Uuid::from_u128(10),
        commissioner: COUNCIL,
        budget: [Pence(10_000); 12],
        splits: vec![split_from(on(2025, 4, 1), 2, 1), split_from(on(2025, 10, 1), 1, 1)],
        committed: Pence(5_000),
        forecast: Some([Pence(9_000); 12]),
        actuals: vec![spent(ICB, "NHS_MINIMUM", 7_333), spent(COUNCIL, "CORE", 3_667)],
    }
}

fn of<K: PartialEq>(lines: &[PositionLine<K>], key: &K) -> Figures {
    lines.iter().find(|line| line.key == *key).expect("a line").figures
}

#[test]
fn m10_the_outturn_is_what_was_spent_and_what_is_still_forecast() {
    let at = position(year(), on(2025, 4, 30), Basis::FundedBy, &[home_care()]);
    assert_eq!(at.total.budget, Pence(120_000));
    assert_eq!(at.total.budget_to_date, Pence(10_000));
    assert_eq!(at.total.actual, Pence(11_000));
    assert_eq!(at.total.variance_to_date, Pence(1_000));
    assert_eq!(at.total.remaining_forecast, Some(Pence(99_000)));
    assert_eq!(at.total.forecast_outturn, Some(Pence(110_000)));
    assert_eq!(at.total.variance, Some(Pence(-10_000)));
    assert_eq!(at.total.committed, Pence(5_000));
}

#[test]
fn m9_what_corrects_a_closed_year_enters_no_other_figure() {
    let mut corrected = home_care();
    corrected.actuals[0].prior_year = Pence(500);
    let at = position(year(), on(2025, 4, 30), Basis::FundedBy, &[corrected]);
    let without = position(year(), on(2025, 4, 30), Basis::FundedBy, &[home_care()]);
    assert_eq!(at.total, Figures { prior_year: Pence(500), ..without.total });
    assert_eq!(of(&at.by_partner, &ICB).prior_year, Pence(500));
    assert_eq!(of(&at.by_partner, &COUNCIL).prior_year, Pence::ZERO);
}

#[test]
fn m15_a_month_follows_the_split_in_force_when_it_ends() {
    let at = position(year(), on(2025, 4, 30), Basis::FundedBy, &[home_care()]);
    // Six months at two thirds of £100.00, six at a half.
    assert_eq!(of(&at.by_partner, &ICB).budget, Pence(6 * 6_667 + 6 * 5_000));
    assert_eq!(of(&at.by_partner, &COUNCIL).budget, Pence(6 * 3_333 + 6 * 5_000));
    assert_eq!(of(&at.by_source, &"CORE".to_owned()).budget, Pence(6 * 3_333 + 6 * 5_000));
    assert_eq!(of(&at.by_partner, &ICB).actual, Pence(7_333));
    assert_eq!(of(&at.by_partner, &ICB).committed, Pence(3_333));
    // A split that takes effect in the middle of a month has that whole month.
    let splits = vec![split_from(on(2025, 4, 1), 2, 1), split_from(on(2025, 10, 31), 1, 1)];
    let from_halloween = SchemeFacts { splits, ..home_care() };
    let same = position(year(), on(2025, 4, 30), Basis::FundedBy, &[from_halloween]);
    assert_eq!(of(&same.by_partner, &ICB).budget, of(&at.by_partner, &ICB).budget);
    let later = position(year(), on(2025, 10, 1), Basis::FundedBy, &[home_care()]);
    assert_eq!(of(&later.by_partner, &ICB).committed, Pence(2_500));
    assert_eq!(of(&later.by_partner, &ICB).budget, of(&at.by_partner, &ICB).budget);
}

#[test]
fn m15_incurred_by_puts_plans_with_the_commissioner_and_spending_with_who_spent() {
    let mut scheme = home_care();
    scheme.actuals[0].incurred_by = ICB;
    let at = position(year(), on(2025, 4, 30), Basis::IncurredBy, &[scheme]);
    assert_eq!(of(&at.by_partner, &ICB).budget, Pence::ZERO);
    assert_eq!(of(&at.by_partner, &ICB).actual, Pence(7_333));
    assert_eq!(of(&at.by_partner, &COUNCIL).budget, Pence(120_000));
    assert_eq!(of(&at.by_partner, &COUNCIL).actual, Pence(3_667));
}

#[test]
fn m15_what_nobody_is_said_to_fund_is_shown_with_the_commissioner() {
    let scheme = SchemeFacts { splits: vec![], actuals: vec![], ..home_care() };
    let at = position(year(), on(2025, 4, 30), Basis::FundedBy, &[scheme]);
    assert_eq!(of(&at.by_partner, &COUNCIL).budget, Pence(120_000));
    assert_eq!(of(&at.by_source, &UNATTRIBUTED.to_owned()).budget, Pence(120_000));
    assert_eq!(at.by_source.len(), 1);
}

#[test]
fn m10_without_a_submitted_forecast_nothing_pretends_to_be_an_outturn_until_the_year_ends() {
    let unforecast = SchemeFacts { forecast: None, ..home_care() };
    let schemes = [unforecast];
    let before = position(year(), on(2026, 3, 30), Basis::FundedBy, &schemes);
    assert_eq!(before.total.forecast_outturn, None);
    assert!(before.by_partner.iter().all(|line| line.figures.variance.is_none()));
    let ended = position(year(), on(2026, 3, 31), Basis::FundedBy, &schemes);
    assert_eq!(ended.total.forecast_outturn, Some(Pence(11_000)));
    let forecast = position(year(), on(2026, 3, 30), Basis::FundedBy, &[home_care()]);
    let together = sum([&before, &forecast]);
    assert_eq!(together.total.budget, Pence(240_000));
    assert_eq!(together.total.forecast_outturn, None);
}

#[test]
fn m4_the_budget_to_date_of_half_a_june_is_half_of_june() {
    let at = position(year(), on(2025, 6, 15), Basis::FundedBy, &[home_care()]);
    assert_eq!(at.total.budget_to_date, Pence(25_000));
    let june = Period::new(3).expect("June");
    assert_eq!(of(&at.by_period, &june).budget_to_date, Pence(5_000));
    assert_eq!(of(&at.by_period, &june).committed, Pence::ZERO);
}

#[test]
fn a7_a_mixed_agreement_sums_its_funds() {
    let fund = |thousands: i64| {
        let budget = profile::monthly(Pence(thousands * 100_000), None).expect("a profile");
        let scheme = SchemeFacts { budget, actuals: vec![], forecast: None, ..home_care() };
        position(year(), on(2025, 4, 1), Basis::FundedBy, &[scheme])
    };
    let funds = [fund(124_986), fund(1_447), fund(9_192)];
    assert_eq!(sum(&funds).total.budget, Pence(135_625 * 100_000));
}

/// Adds up one breakdown; a commitment belongs to no period.
fn added_up<K>(lines: &[PositionLine<K>]) -> Figures {
    lines.iter().fold(Figures::ZERO, |sum, line| sum + line.figures)
}

/// Every breakdown is the total, and the figures that follow from others do.
fn check(position: &Position) -> Result<(), TestCaseError> {
    let total = position.total;
    prop_assert_eq!(added_up(&position.by_scheme), total);
    prop_assert_eq!(added_up(&position.by_partner), total);
    prop_assert_eq!(added_up(&position.by_source), total);
    let by_period = Figures { committed: total.committed, ..added_up(&position.by_period) };
    prop_assert_eq!(by_period, total);
    prop_assert_eq!(position.by_period.len(), 14);
    let outturn = total.remaining_forecast.map(|remaining| total.actual + remaining);
    prop_assert_eq!(total.forecast_outturn, outturn);
    prop_assert_eq!(total.variance, outturn.map(|outturn| outturn - total.budget));
    Ok(())
}

proptest! {
    #[test]
    fn m10_every_breakdown_adds_up_to_the_fund_at_every_date_on_either_basis(
        (_, _, _, position) in positions(),
    ) {
        check(&position)?;
        for line in &position.by_partner {
            let it = line.figures;
            prop_assert_eq!(it.forecast_outturn, it.remaining_forecast.map(|rest| it.actual + rest));
            prop_assert_eq!(it.variance, it.forecast_outturn.map(|outturn| outturn - it.budget));
            prop_assert_eq!(it.variance_to_date, it.actual - it.budget_to_date);
        }
    }

    #[test]
    fn m10_the_total_is_what_the_facts_say_without_any_split(
        (schemes, as_of, _, position) in positions(),
    ) {
        let all = |amount: &dyn Fn(&SchemeFacts) -> Pence| schemes.iter().map(amount).sum::<Pence>();
        let actuals = |amount: fn(&ActualPart) -> Pence| {
            all(&|scheme| scheme.actuals.iter().map(amount).sum())
        };
        let to_date = |scheme: &SchemeFacts| {
            let months = Period::months().zip(scheme.budget);
            months.map(|(month, budget)| profile::to_date(budget, month, year(), as_of)).sum()
        };
        let rest = |scheme: &SchemeFacts| {
            let in_month = |month| scheme.actuals.iter().filter(move |it| it.period == month);
            let mut posted = [Pence::ZERO; 12];
            for (sum, month) in posted.iter_mut().zip(Period::months()) {
                *sum = in_month(month).map(|it| it.spent + it.refunded).sum();
            }
            let expected = scheme.forecast.unwrap_or_default();
            forecast::remaining(&expected, &posted, year(), as_of).into_iter().sum()
        };
        prop_assert_eq!(position.total.budget, all(&|scheme| scheme.budget.into_iter().sum()));
        prop_assert_eq!(position.total.budget_to_date, all(&to_date));
        prop_assert_eq!(position.total.committed, all(&|scheme| scheme.committed));
        prop_assert_eq!(position.total.spent, actuals(|it| it.spent));
        prop_assert_eq!(position.total.refunded, actuals(|it| it.refunded));
        prop_assert_eq!(position.total.prior_year, actuals(|it| it.prior_year));
        let is_forecast = as_of >= year().last_day() || schemes.iter().all(|it| it.forecast.is_some());
        prop_assert_eq!(position.total.remaining_forecast, is_forecast.then(|| all(&rest)));
    }

    #[test]
    fn m15_either_basis_has_the_same_total_and_the_same_sources(schemes in schemes(), offset in 0..430) {
        let incurred = position(year(), day(offset), Basis::IncurredBy, &schemes);
        let funded = position(year(), day(offset), Basis::FundedBy, &schemes);
        prop_assert_eq!(incurred.total, funded.total);
        prop_assert_eq!(incurred.by_source, funded.by_source);
        prop_assert_eq!(incurred.by_scheme, funded.by_scheme);
        prop_assert_eq!(incurred.by_period, funded.by_period);
    }

    #[test]
    fn m10_funds_together_add_up_like_one(
        funds in prop::collection::vec(schemes(), 0..4), offset in 0..430, basis in basis(),
    ) {
        let positions: Vec<_> =
            funds.iter().map(|schemes| position(year(), day(offset), basis, schemes)).collect();
        let together = sum(&positions);
        check(&together)?;
        let totals = positions.iter().fold(Figures::ZERO, |sum, it| sum + it.total);
        prop_assert_eq!(together.total, totals);
        // Where all or none are forecast, it is as if the schemes were of one fund.
        let forecasts: std::collections::BTreeSet<_> =
            funds.iter().flatten().map(|scheme| scheme.forecast.is_some()).collect();
        if forecasts.len() < 2 {
            let schemes: Vec<_> = funds.into_iter().flatten().collect();
            prop_assert_eq!(together, position(year(), day(offset), basis, &schemes));
        }
    }
}
