use entities::value::{FinancialYear, Pence, Period};
use serde::{Deserialize, Serialize};

use super::{
    Amount, Bases, Facts, Pay,
    round::{WHOLE, portion, times, twelfth},
};
use crate::rules::explanation::Input;

/// The price of a unit of activity, and another beyond a plan.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Tariff {
    /// The code under which the activity is recorded.
    pub code: String,
    /// What a unit costs.
    pub price: Pence,
    /// The units of a year up to which the whole price is paid; none when it is always.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub plan: Option<i64>,
    /// What is paid of the price beyond the plan, in hundredths of a per cent.
    pub beyond_basis_points: i64,
}

/// The price of one episode, or of a year's care of one person.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Price {
    /// The code under which episodes, or the people under care in a month, are recorded.
    pub code: String,
    /// What one costs.
    pub price: Pence,
}

/// A sum for a year that covers a range of activity, with a price outside it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct CostAndVolume {
    /// The sum.
    pub yearly: Amount,
    /// The code under which the activity is recorded.
    pub code: String,
    /// The fewest units that the sum is for.
    pub from_units: i64,
    /// The most units that the sum is for.
    pub to_units: i64,
    /// What is given back for each unit fewer, in March, once March is recorded.
    pub price_below: Pence,
    /// What is paid for each unit more.
    pub price_beyond: Pence,
}

/// What the activity of one month comes to. The plan is used up from April on.
pub(super) fn month(
    (tariffs, pay): (&[Tariff], &Pay),
    facts: &Facts,
    (month, year): (Period, FinancialYear),
) -> Vec<Input> {
    let mut inputs = Vec::new();
    for tariff in tariffs {
        let (before, units) = facts.units(&tariff.code, year, month);
        let beyond = tariff.plan.map_or(0, |plan| beyond(plan, before, units));
        let price = pay.price(tariff.price, year);
        let code = &tariff.code;
        let within = units - beyond;
        inputs.push(Input::new(format!("{code}: {within} at {price}"), times(price, within)));
        if beyond > 0 {
            let points = tariff.beyond_basis_points;
            let amount = portion(times(price, beyond), points, WHOLE);
            let name =
                format!("{code}: {beyond} beyond the plan at {points} basis points of {price}");
            inputs.push(Input::new(name, amount));
        }
    }
    inputs
}

/// How many of a month's units lie beyond a number that those before it may have used up.
fn beyond(most: i64, before: i64, units: i64) -> i64 {
    (before + units - most).clamp(0, units)
}

/// What the episodes of one month come to.
pub(super) fn episodes(
    (prices, pay): (&[Price], &Pay),
    facts: &Facts,
    (month, year): (Period, FinancialYear),
) -> Vec<Input> {
    let episode = |it: &Price| {
        let (_, units) = facts.units(&it.code, year, month);
        let price = pay.price(it.price, year);
        Input::new(format!("{}: {units} episodes at {price}", it.code), times(price, units))
    };
    prices.iter().map(episode).collect()
}

/// What a month's care of those under care comes to: a twelfth of their year.
pub(super) fn years_of_care(
    (prices, pay): (&[Price], &Pay),
    facts: &Facts,
    (month, year): (Period, FinancialYear),
) -> Vec<Input> {
    let of_people = |it: &Price| {
        let (_, people) = facts.units(&it.code, year, month);
        let price = pay.price(it.price, year);
        let name = format!("{}: a twelfth of a year's care of {people} people at {price}", it.code);
        Input::new(name, twelfth(times(price, people), month))
    };
    prices.iter().map(of_people).collect()
}

/// What a month of cost and volume comes to.
pub(super) fn cost_and_volume(
    (terms, pay): (&CostAndVolume, &Pay),
    (bases, facts): (&Bases, &Facts),
    (month, year): (Period, FinancialYear),
) -> Vec<Input> {
    let yearly = pay.amount(terms.yearly, year);
    let name = format!("a twelfth of {}", yearly.named(bases));
    let mut inputs = vec![Input::new(name, twelfth(yearly.of(bases), month))];
    let (before, units) = facts.units(&terms.code, year, month);
    let more = beyond(terms.to_units, before, units);
    if more > 0 {
        let price = pay.price(terms.price_beyond, year);
        let name = format!("{}: {more} beyond {} at {price}", terms.code, terms.to_units);
        inputs.push(Input::new(name, times(price, more)));
    }
    let fewer = terms.from_units - before - units;
    if fewer > 0 && month == Period::MARCH && facts.is_recorded(&terms.code, year, month) {
        let price = pay.price(terms.price_below, year);
        let name = format!("{}: {fewer} fewer than {} at {price}", terms.code, terms.from_units);
        inputs.push(Input::new(name, -times(price, fewer)));
    }
    inputs
}
