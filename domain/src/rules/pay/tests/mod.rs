//! A contract of three years from April 2025, and what tests say about it.

mod agreed;
mod care;
mod checks;
mod circumstances;
mod delivered;
mod examples;
mod history;
mod limits;
mod outcomes;
mod properties;
mod shares;
mod withheld;

use chrono::NaiveDate;
use entities::value::{FinancialYear, Instant, Pence, Period};
use uuid::Uuid;

use super::*;

const PAID: Uuid = Uuid::from_u128(1);
const EARNED: Uuid = Uuid::from_u128(2);
const LATE: Instant = Instant(1_000);

fn pounds(amount: i64) -> Pence {
    Pence(amount * 100)
}

fn day(year: i32, month: u32, day: u32) -> NaiveDate {
    NaiveDate::from_ymd_opt(year, month, day).expect("a day")
}

fn year(start: i32) -> FinancialYear {
    FinancialYear::starting(start).expect("a year")
}

fn month(number: i32) -> Period {
    Period::new(number).expect("a month")
}

fn pay(kind: Kind) -> Pay {
    Pay { kind, floor: None, cap: None, uplifts: Vec::new() }
}

fn version(effective_on: NaiveDate, pay: Pay) -> Version {
    Version { effective_on, ends_on: None, known_at: Instant(1), pay }
}

fn component(id: Uuid, pay: Pay) -> Component {
    let versions = vec![version(day(2025, 4, 1), pay)];
    Component { id, name: "component".into(), versions }
}

fn value(start: i32, baseline_spend: Pence, contract_value: Pence) -> YearValue {
    YearValue { year: year(start), baseline_spend, contract_value }
}

/// Terms in which the first component is [`PAID`], the second [`EARNED`], and so on.
fn terms(pays: Vec<Pay>) -> Terms {
    let components = pays.into_iter().zip(1..);
    Terms {
        first_year: year(2025),
        values: Vec::new(),
        components: components.map(|(pay, id)| component(Uuid::from_u128(id), pay)).collect(),
        framework: Framework::default(),
    }
}

fn facts() -> Facts {
    Facts {
        as_of: day(2030, 1, 1),
        known_at: LATE,
        list_sizes: Vec::new(),
        activity: Vec::new(),
        costs: Vec::new(),
        measurements: Vec::new(),
        delivery: Delivery::default(),
        withholdings: Vec::new(),
    }
}

fn block(amount: Pence) -> Kind {
    Kind::Block { yearly: Amount::Stated(amount) }
}

fn share(basis: Basis, basis_points: i64) -> Amount {
    Amount::Share { basis, basis_points }
}

fn measure(id: u128, weight: i64, scoring: Scoring) -> Measure {
    Measure {
        id: Uuid::from_u128(id),
        reference: format!("M{id}"),
        name: format!("measure {id}"),
        kind: MeasureKind::Outcome,
        unit: "per cent".into(),
        weight,
        direction: Direction::HigherIsBetter,
        baseline: None,
        threshold: Reading(0),
        target: Reading(100_000),
        scoring,
        is_required_anyway: false,
    }
}

fn measured(id: u128, start: i32, thousandths: i64) -> Measurement {
    Measurement {
        measure: Uuid::from_u128(id),
        year: year(start),
        reading: Reading(thousandths),
        validated_on: day(start + 1, 4, 30),
        known_at: Instant(10),
    }
}

/// Four measures of equal weight in one domain, each all or nothing, and 90 days to validate.
fn four_measures() -> Framework {
    let of = |id| measure(id, 2_500, Scoring::AllOrNothing);
    let domain =
        Domain { name: "Living well".into(), weight: 10_000, measures: (11..15).map(of).collect() };
    Framework { domains: vec![domain], further: Vec::new(), cut_off_days: 90 }
}

fn contingent(most: Amount) -> Contingent {
    Contingent { most: Phasing::level(most), on_account_basis_points: 0 }
}

fn goal(measure: u128, basis_points: i64) -> Goal {
    Goal {
        name: format!("goal {measure}"),
        is_national: true,
        basis_points,
        measure: Uuid::from_u128(measure),
        due: Period::MARCH,
    }
}

fn incentive(basis: Basis, ceiling_basis_points: i64, goals: Vec<Goal>) -> Incentive {
    Incentive { basis, ceiling_basis_points, goals, on_account_basis_points: 0 }
}

fn cost(code: &str, start: i32, of_month: i32, amount: Pence) -> Cost {
    Cost {
        code: code.into(),
        year: year(start),
        month: month(of_month),
        amount,
        known_at: Instant(5),
    }
}

fn activity(code: &str, of_month: i32, units: i64) -> Activity {
    Activity {
        code: code.into(),
        year: year(2025),
        month: month(of_month),
        units,
        known_at: Instant(5),
    }
}

/// What a component comes to in each month.
fn by_month(schedule: &Schedule, component: Uuid) -> [i64; 12] {
    let mut months = [0; 12];
    for (amount, month) in months.iter_mut().zip(Period::months()) {
        let own = schedule.lines.iter();
        let own = own.filter(|line| line.component == component && line.month == month);
        *amount = own.map(|line| line.amount.0).sum();
    }
    months
}

/// The names of the inputs of a component's lines.
fn words(schedule: &Schedule, component: Uuid) -> Vec<String> {
    let own = schedule.lines.iter().filter(|line| line.component == component);
    let steps = own.flat_map(|line| &line.explanation.steps);
    steps.flat_map(|step| &step.inputs).map(|input| input.name.clone()).collect()
}
