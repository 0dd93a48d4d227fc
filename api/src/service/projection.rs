//! What a population's care would cost, and what a proposal would save against that.

use domain::rules::projection::{
    self as rules, Compared, ProjectedYear, Rise, Scenario, compare, rise, yearly_growth,
};
use entities::value::{FinancialYear, Pence};

use super::{Code, Refusal};

/// The most years that are projected.
const MOST_YEARS: u32 = 30;
/// The most people.
const MOST_PEOPLE: i64 = 100_000_000;
/// The most that a year costs: a hundred thousand million pounds, in pence.
const MOST_PENCE: i128 = 10_000_000_000_000;
/// The most that something grows by in a year, in hundredths of a per cent.
const MOST_GROWTH: i64 = 10_000;
/// The most rates, allowances or proposed years.
const MOST: usize = 50;

/// What is to be projected.
#[derive(Clone, Debug)]
pub struct Asked {
    /// From what, and how it grows.
    pub scenario: Scenario,
    /// How many years.
    pub years: u32,
    /// That the cost rose to what it is, instead of what it is: by how much, which share of what it
    /// was that is, and in how many years.
    pub risen: Option<(Pence, i64, u32)>,
    /// What a proposal would cost in years of it.
    pub proposed: Vec<(FinancialYear, Pence)>,
}

/// What it comes to.
#[derive(Clone, Debug)]
pub struct Projected {
    /// What the cost was and is, and by how much it grew each year in hundredths of a per cent.
    pub rise: Option<(Rise, Option<i64>)>,
    /// The year that it grows from, and those after it.
    pub years: Vec<ProjectedYear>,
    /// What a proposal would save.
    pub compared: Vec<Compared>,
}

/// Projects what care would cost, and compares it with a proposal. Nothing is read or written.
///
/// # Errors
/// `INVALID_VALUE`.
pub fn project(mut asked: Asked) -> Result<Projected, Refusal> {
    check(&asked)?;
    let mut risen = None;
    if let Some((by, basis_points, years)) = asked.risen {
        let of = rise(by, basis_points).ok_or_else(|| {
            let sentence = "give a share above zero of what the cost was";
            Refusal::new(Code::InvalidValue, sentence).at("input.risen.basisPoints")
        })?;
        asked.scenario.cost_of_one = of.now;
        asked.scenario.people = 1;
        risen = Some((of, yearly_growth(of.opening, of.now, years)));
    }
    let years = rules::project(&asked.scenario, asked.years);
    let compared = compare(&years, &asked.proposed);
    Ok(Projected { rise: risen, years, compared })
}

fn check(asked: &Asked) -> Result<(), Refusal> {
    let scenario = &asked.scenario;
    let within = |holds: bool, path: &str, sentence: String| {
        if holds { Ok(()) } else { Err(Refusal::new(Code::InvalidValue, sentence).at(path)) }
    };
    let years = format!("give 1 to {MOST_YEARS} years");
    within((1..=MOST_YEARS).contains(&asked.years), "input.years", years.clone())?;
    let people = format!("give 0 to {MOST_PEOPLE} people");
    within((0..=MOST_PEOPLE).contains(&scenario.people), "input.people", people)?;
    let few = || format!("give at most {MOST}");
    for (rates, path) in [
        (&scenario.growth_of_people, "input.growthOfPeople"),
        (&scenario.growth_of_cost, "input.growthOfCost"),
    ] {
        within(rates.len() <= MOST, path, few())?;
        let bounded = rates.iter().all(|rate| (-MOST_GROWTH..=MOST_GROWTH).contains(rate));
        within(bounded, path, format!("give rates from -{MOST_GROWTH} to {MOST_GROWTH}"))?;
    }
    within(scenario.allowances.len() <= MOST, "input.allowances", few())?;
    within(asked.proposed.len() <= MOST, "input.proposed", few())?;
    let mut rates = (0_i64, 0_i64);
    for rate in &scenario.growth_of_people {
        rates.0 = rates.0.max(*rate);
    }
    for rate in &scenario.growth_of_cost {
        rates.1 = rates.1.max(*rate);
    }
    let (_, risen_years) = asked.risen.map_or((0, 1), |(_, share, years)| (share, years));
    within((1..=MOST_YEARS).contains(&risen_years), "input.risen.years", years)?;
    let amounts = scenario.allowances.iter().map(|it| i128::from(it.whole.0).abs());
    let amounts = amounts.chain(asked.proposed.iter().map(|(_, it)| i128::from(it.0).abs()));
    let risen = asked.risen.map_or(0, |(by, _, _)| i128::from(by.0).abs());
    let bounded = amounts.chain([risen]).all(|it| it <= MOST_PENCE);
    let sentence = "an amount is beyond a hundred thousand million pounds";
    within(bounded && !scenario.cost_of_one.is_negative(), "input", sentence.to_owned())?;
    // The largest that it can come to has to be countable.
    let mut cost = i128::from(scenario.cost_of_one.0) * i128::from(scenario.people.max(1));
    if let Some((by, share, _)) = asked.risen {
        cost = i128::from(by.0).abs() * (1 + 10_000 / i128::from(share.max(1)));
    }
    for _ in 0..asked.years {
        cost = cost * i128::from(10_000 + rates.0) / 10_000 * i128::from(10_000 + rates.1) / 10_000;
        within(cost <= MOST_PENCE * 1_000, "input", sentence.to_owned())?;
    }
    Ok(())
}
