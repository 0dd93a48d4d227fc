//! What a population's care would cost over the coming years, with what drives it, so that a saving
//! is always stated against its trajectory.
//!
//! A year's cost is people times what one of them costs, and allowances on top. People and the cost
//! of one grow by their own rates; a year is rounded before the next grows from it, people to whole
//! ones and the cost to the penny, halves away from nothing. A saving is what doing nothing would
//! cost, less what is proposed.

mod growth;

#[cfg(test)]
mod tests;

use entities::value::{FinancialYear, Pence};

use super::explanation::{Explanation, Input, SUM_OF_INPUTS, Step};

pub use growth::{Rise, rise, yearly_growth};

/// The version of these rules. It counts up when a figure would come out differently.
pub const VERSION: u32 = 1;

/// A whole, in hundredths of a per cent.
const WHOLE: i64 = 10_000;

/// From what a population's cost grows, and how.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Scenario {
    /// The year that it grows from.
    pub from: FinancialYear,
    /// How many people use the care then.
    pub people: i64,
    /// What one of them costs in that year.
    pub cost_of_one: Pence,
    /// By how much people grow, year after year, in hundredths of a per cent; the last goes on.
    pub growth_of_people: Vec<i64>,
    /// By how much the cost of one grows, likewise.
    pub growth_of_cost: Vec<i64>,
    /// What is expected on top.
    pub allowances: Vec<Allowance>,
}

/// An amount on top that builds up to its whole in equal steps, and stays.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Allowance {
    /// What it is for.
    pub name: String,
    /// The whole, reached in the last year of its steps; below nothing for what is saved.
    pub whole: Pence,
    /// In how many years it is reached.
    pub years: u32,
}

/// One year of a projection.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ProjectedYear {
    /// The year.
    pub year: FinancialYear,
    /// How many people.
    pub people: i64,
    /// What one of them costs.
    pub cost_of_one: Pence,
    /// The allowances together.
    pub allowances: Pence,
    /// What the year costs.
    pub cost: Pence,
    /// What of the change since the year before comes from more or fewer people.
    pub from_people: Pence,
    /// What of it comes from another cost of each.
    pub from_cost_of_one: Pence,
    /// What of it comes from the allowances.
    pub from_allowances: Pence,
}

/// A year of a comparison.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Compared {
    /// The year.
    pub year: FinancialYear,
    /// What doing nothing would cost.
    pub do_nothing: Pence,
    /// What is proposed.
    pub proposed: Pence,
    /// What is saved; below nothing when it costs more.
    pub saving: Pence,
}

/// The year that a scenario grows from, and so many after it.
#[must_use]
pub fn project(scenario: &Scenario, years: u32) -> Vec<ProjectedYear> {
    let mut projected = vec![first(scenario)];
    for number in 1..=years {
        let before = &projected[projected.len() - 1];
        let next = following(scenario, before, number);
        projected.push(next);
    }
    projected
}

fn first(scenario: &Scenario) -> ProjectedYear {
    ProjectedYear {
        year: scenario.from,
        people: scenario.people,
        cost_of_one: scenario.cost_of_one,
        allowances: Pence::ZERO,
        cost: times(scenario.cost_of_one, scenario.people),
        from_people: Pence::ZERO,
        from_cost_of_one: Pence::ZERO,
        from_allowances: Pence::ZERO,
    }
}

fn following(scenario: &Scenario, before: &ProjectedYear, number: u32) -> ProjectedYear {
    let people = grown(before.people, rate(&scenario.growth_of_people, number));
    let cost_of_one = Pence(grown(before.cost_of_one.0, rate(&scenario.growth_of_cost, number)));
    let built_up = scenario.allowances.iter().map(|it| it.in_year(number));
    let allowances: Pence = built_up.sum();
    ProjectedYear {
        year: before.year.next(),
        people,
        cost_of_one,
        allowances,
        cost: times(cost_of_one, people) + allowances,
        from_people: times(before.cost_of_one, people - before.people),
        from_cost_of_one: times(cost_of_one - before.cost_of_one, people),
        from_allowances: allowances - before.allowances,
    }
}

/// The rate of a year: the first year's is the first, and the last goes on.
fn rate(rates: &[i64], number: u32) -> i64 {
    let mut years = 1..number;
    let reached = rates.iter().take_while(|_| years.next().is_some()).count();
    rates.get(reached).or(rates.last()).copied().unwrap_or(0)
}

fn grown(value: i64, basis_points: i64) -> i64 {
    rounded(i128::from(value) * i128::from(WHOLE + basis_points), i128::from(WHOLE))
}

fn times(price: Pence, number: i64) -> Pence {
    Pence(rounded(i128::from(price.0) * i128::from(number), 1))
}

/// A fraction to the nearest whole, halves away from nothing.
fn rounded(exact: i128, of: i128) -> i64 {
    let nearest = exact.signum() * ((2 * exact.abs() + of) / (2 * of));
    i64::try_from(nearest).expect("scenarios are bounded when they are asked for")
}

impl Allowance {
    /// What it has built up to in a year after the first.
    #[must_use]
    pub fn in_year(&self, number: u32) -> Pence {
        let years = i128::from(self.years.max(1));
        let built_up = i128::from(number).min(years);
        Pence(rounded(i128::from(self.whole.0) * built_up, years))
    }
}

/// What a proposal saves, year by year, as far as both are known.
#[must_use]
pub fn compare(do_nothing: &[ProjectedYear], proposed: &[(FinancialYear, Pence)]) -> Vec<Compared> {
    let of_year = |it: &ProjectedYear| {
        let (year, proposed) = *proposed.iter().find(|(year, _)| *year == it.year)?;
        let saving = it.cost - proposed;
        Some(Compared { year, do_nothing: it.cost, proposed, saving })
    };
    do_nothing.iter().filter_map(of_year).collect()
}

/// How a year's cost comes about: from the year before and each driver of the change.
#[must_use]
pub fn explain(before: &ProjectedYear, it: &ProjectedYear) -> Explanation {
    let inputs = vec![
        Input::new(format!("cost of {}", before.year), before.cost),
        Input::new(format!("people: {} after {}", it.people, before.people), it.from_people),
        Input::new(
            format!("cost of one: {} after {}", it.cost_of_one, before.cost_of_one),
            it.from_cost_of_one,
        ),
        Input::new("allowances", it.from_allowances),
    ];
    let result = inputs.iter().map(|input| input.amount).sum();
    let step = Step { label: "Cost of the year", formula: SUM_OF_INPUTS, inputs, result };
    Explanation { rule: "C9", version: VERSION, steps: vec![step] }
}
