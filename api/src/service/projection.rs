//! What a population's care would cost, and what a proposal would save against that.

use domain::{
    policy::matrix::FieldGroup,
    rules::projection::{
        self as rules, Compared, ProjectedYear, Rise, Scenario, compare, rise, yearly_growth,
    },
};
use entities::value::{FinancialYear, Pence};
use sea_orm::ConnectionTrait;
use uuid::Uuid;

use super::{
    Code, Refusal, Stopped,
    contract::{self, At, Told},
    pay::{self, WhatIf},
};
use crate::auth::Viewer;

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
/// Where a contract stands in the input.
const CONTRACT: &str = "input.proposedContract.contract";

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
    /// A contract on record that is the proposal instead.
    pub contract: Option<ProposedContract>,
}

/// A contract on record as a proposal.
#[derive(Clone, Debug)]
pub struct ProposedContract {
    /// The contract.
    pub id: Uuid,
    /// By which of its figures.
    pub by: ProposedBy,
    /// Of its schedules: what would be otherwise, in each year.
    pub what_if: WhatIf,
}

/// By which of its figures a contract is a proposal.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ProposedBy {
    /// What it is expected to cost, year by year.
    ExpectedValue,
    /// What its pay comes to, year by year.
    Schedule,
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

/// Projects what care would cost, and compares it with a proposal. Nothing is written, and nothing read
/// but the contract that is named.
///
/// # Errors
/// `INVALID_VALUE`; of a contract `NOT_FOUND`, `NOT_ALLOWED`, or what its what-if is refused for.
pub async fn project(
    connection: &impl ConnectionTrait,
    viewer: &Viewer,
    mut asked: Asked,
) -> Result<Projected, Stopped> {
    check(&asked)?;
    if let Some(proposal) = asked.contract.take() {
        let years: Vec<FinancialYear> =
            std::iter::successors(Some(asked.scenario.from), |it| Some(it.next()))
                .take(usize::try_from(asked.years).unwrap_or(usize::MAX).saturating_add(1))
                .collect();
        asked.proposed = costs_of(connection, viewer, (&proposal, &years)).await?;
    }
    Ok(projected(asked)?)
}

/// What a contract costs in those of these years that it covers: to whoever reads all of it, since what
/// is saved, less what doing nothing costs, is what the contract costs (rule V8).
async fn costs_of(
    connection: &impl ConnectionTrait,
    viewer: &Viewer,
    (proposal, years): (&ProposedContract, &[FinancialYear]),
) -> Result<Vec<(FinancialYear, Pence)>, Stopped> {
    let told = contract::tell(connection, viewer, proposal.id, At::NOW).await;
    let told = told.map_err(|stopped| within(stopped, CONTRACT))?;
    let hidden = || {
        let sentence = "rule V8: you do not read all of what this contract costs, and a saving \
                        would tell it: type in what you suppose";
        Stopped::from(Refusal::new(Code::NotAllowed, sentence).at(CONTRACT))
    };
    if !told.standing().reads(FieldGroup::ContractValue) {
        return Err(hidden());
    }
    if proposal.by == ProposedBy::ExpectedValue {
        let values = told.values().into_iter().filter(|it| years.contains(&it.year));
        let whole = values.map(|it| Some((it.year, it.amount?)));
        return whole.collect::<Option<_>>().ok_or_else(hidden);
    }
    let days: Vec<_> =
        years.iter().filter(|it| covers(&told, **it)).map(|it| (*it, it.last_day())).collect();
    let Some(first) = years.first() else { return Ok(Vec::new()) };
    let asked = pay::Asked {
        contract: proposal.id,
        year: *first,
        as_of: None,
        known_at: None,
        what_if: proposal.what_if.clone(),
    };
    let schedules = pay::scheduled_on(connection, viewer, (&asked, &days)).await;
    let schedules = schedules.map_err(|stopped| within(stopped, "input.proposedContract"))?;
    let told = schedules.ok_or_else(hidden)?.into_iter().map(|it| it.schedule);
    let paying = told.filter(|it| it.lines.iter().any(|line| line.amount != Pence::ZERO));
    Ok(paying.map(|it| (it.year, it.total())).collect())
}

/// True when the contract lasts on some day of a year, as its terms say.
fn covers(told: &Told, year: FinancialYear) -> bool {
    let terms = told.terms();
    let begins = terms.and_then(|it| it.starts_on);
    let ends = terms.and_then(|it| it.ends_on);
    begins.is_none_or(|day| day <= year.last_day())
        && ends.is_none_or(|day| year.first_day() <= day)
}

/// The same refusal, with its place under `path`: a contract itself stands at the path.
fn within(stopped: Stopped, path: &str) -> Stopped {
    let Stopped::Refused(mut refusal) = stopped else { return stopped };
    let inner = refusal.path.iter().filter(|it| *it != "contract").map(String::as_str);
    let whole: Vec<&str> = path.split('.').chain(inner).collect();
    refusal.path = whole.into_iter().map(str::to_owned).collect();
    refusal.into()
}

fn projected(mut asked: Asked) -> Result<Projected, Refusal> {
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
    let needs = |holds: bool, path: &str, sentence: String| {
        if holds { Ok(()) } else { Err(Refusal::new(Code::InvalidValue, sentence).at(path)) }
    };
    let years = format!("give 1 to {MOST_YEARS} years");
    needs((1..=MOST_YEARS).contains(&asked.years), "input.years", years.clone())?;
    let people = format!("give 0 to {MOST_PEOPLE} people");
    needs((0..=MOST_PEOPLE).contains(&scenario.people), "input.people", people)?;
    let few = || format!("give at most {MOST}");
    for (rates, path) in [
        (&scenario.growth_of_people, "input.growthOfPeople"),
        (&scenario.growth_of_cost, "input.growthOfCost"),
    ] {
        needs(rates.len() <= MOST, path, few())?;
        let bounded = rates.iter().all(|rate| (-MOST_GROWTH..=MOST_GROWTH).contains(rate));
        needs(bounded, path, format!("give rates from -{MOST_GROWTH} to {MOST_GROWTH}"))?;
    }
    needs(scenario.allowances.len() <= MOST, "input.allowances", few())?;
    needs(asked.proposed.len() <= MOST, "input.proposed", few())?;
    let alone = asked.contract.is_none() || asked.proposed.is_empty();
    let either = "give either what the proposal costs, or the contract that it is";
    needs(alone, "input.proposedContract", either.to_owned())?;
    let supposes = asked
        .contract
        .as_ref()
        .is_some_and(|it| it.by != ProposedBy::Schedule && !it.what_if.is_nothing());
    let schedule = "a what-if changes what a schedule comes to: ask by SCHEDULE";
    needs(!supposes, "input.proposedContract.whatIf", schedule.to_owned())?;
    let mut rates = (0_i64, 0_i64);
    for rate in &scenario.growth_of_people {
        rates.0 = rates.0.max(*rate);
    }
    for rate in &scenario.growth_of_cost {
        rates.1 = rates.1.max(*rate);
    }
    let (_, risen_years) = asked.risen.map_or((0, 1), |(_, share, years)| (share, years));
    needs((1..=MOST_YEARS).contains(&risen_years), "input.risen.years", years)?;
    let amounts = scenario.allowances.iter().map(|it| i128::from(it.whole.0).abs());
    let amounts = amounts.chain(asked.proposed.iter().map(|(_, it)| i128::from(it.0).abs()));
    let risen = asked.risen.map_or(0, |(by, _, _)| i128::from(by.0).abs());
    let bounded = amounts.chain([risen]).all(|it| it <= MOST_PENCE);
    let sentence = "an amount is beyond a hundred thousand million pounds";
    needs(bounded && !scenario.cost_of_one.is_negative(), "input", sentence.to_owned())?;
    // The largest that it can come to has to be countable.
    let mut cost = i128::from(scenario.cost_of_one.0) * i128::from(scenario.people.max(1));
    if let Some((by, share, _)) = asked.risen {
        cost = i128::from(by.0).abs() * (1 + 10_000 / i128::from(share.max(1)));
    }
    for _ in 0..asked.years {
        cost = cost * i128::from(10_000 + rates.0) / 10_000 * i128::from(10_000 + rates.1) / 10_000;
        needs(cost <= MOST_PENCE * 1_000, "input", sentence.to_owned())?;
    }
    Ok(())
}
