use entities::value::{FinancialYear, Pence, Period};
use uuid::Uuid;

use super::{
    Bases, Component, Facts, Kind, Line, MeasureResult, Nature, Pay, Shared, Terms, VERSION,
    Version, activity, capitation, earned, limits,
    line::Of,
    round::twelfth,
    sharing::{self, Direction},
    withholding,
};
use crate::rules::explanation::Input;

/// What a contract pays in a financial year, as far as it is known.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Schedule {
    /// The year.
    pub year: FinancialYear,
    /// The version of the rules.
    pub version: u32,
    /// What the shares were taken of.
    pub bases: Bases,
    /// The lines, by component in the contract's order, then by month.
    pub lines: Vec<Line>,
    /// What became of each measure that pay depends on.
    pub results: Vec<MeasureResult>,
    /// What became of savings and overspends, where the year's cost is known.
    pub shared: Vec<Shared>,
}

/// A year of a contract, with what is known of it and the bases as far as they are worked out.
pub(super) struct Year<'a> {
    pub terms: &'a Terms,
    pub facts: &'a Facts,
    pub year: FinancialYear,
    pub bases: Bases,
}

/// What a contract pays in a year, by what was known at the facts' moment of what had taken effect
/// by their day.
#[must_use]
pub fn schedule(terms: &Terms, facts: &Facts, year: FinancialYear) -> Schedule {
    let facts = &facts.as_known();
    let mut year = Year { terms, facts, year, bases: Bases::agreed(terms, year) };
    let components: Vec<Component> = terms.components.iter().map(|it| it.as_known(facts)).collect();
    let mut found = Found::default();
    let mut by_component: Vec<Vec<Line>> = Vec::new();
    for component in &components {
        let lines = if_any(component, &year, true, &mut found);
        let paid: Pence = lines.iter().map(|line| line.amount).sum();
        if let Some(kind) = component.versions.first().map(|version| version.pay.kind.name()) {
            found.care += paid;
            found.fixed += if kind.is_fixed() { paid } else { Pence::ZERO };
        }
        by_component.push(lines);
    }
    year.bases.actual_annual_value = found.care;
    year.bases.fixed_element = found.fixed;
    for (component, lines) in components.iter().zip(&mut by_component) {
        lines.extend(if_any(component, &year, false, &mut found));
        let Some(kind) = component.versions.first().map(|version| version.pay.kind.name()) else {
            continue;
        };
        let withheld = withholding::lines((component.id, kind), lines, facts, year.year);
        lines.extend(withheld);
        lines.sort_by_key(|line| (line.month, line.nature));
    }
    Schedule {
        year: year.year,
        version: VERSION,
        bases: year.bases,
        lines: by_component.into_iter().flatten().collect(),
        results: found.results,
        shared: found.shared,
    }
}

/// What is found on the way.
#[derive(Default)]
struct Found {
    care: Pence,
    fixed: Pence,
    results: Vec<MeasureResult>,
    shared: Vec<Shared>,
}

/// The lines of a component that is in force in the year, if it is among those that pay for care,
/// or among the others.
fn if_any(
    component: &Component,
    year: &Year<'_>,
    is_for_care: bool,
    found: &mut Found,
) -> Vec<Line> {
    let months = component.months(year.year);
    let Some((_, last)) = months.last() else { return Vec::new() };
    let kind = last.pay.kind.name();
    if kind.is_for_care() != is_for_care {
        return Vec::new();
    }
    let of = (component.id, kind);
    let mut lines = match &last.pay.kind {
        Kind::OutcomeContingent(contingent) => {
            let pots = earned::of_framework((contingent, &last.pay), year, months.len());
            let points = contingent.on_account_basis_points;
            earn(of, points, (&pots, &months), (year, found))
        }
        Kind::Incentive(incentive) => {
            let pots = earned::of_goals(incentive, year, months.len());
            let points = incentive.on_account_basis_points;
            earn(of, points, (&pots, &months), (year, found))
        }
        Kind::GainShare(terms) => {
            return share(of, (terms, &last.pay, Direction::Gain), (year, found), months.len());
        }
        Kind::LossShare(terms) => {
            return share(of, (terms, &last.pay, Direction::Loss), (year, found), months.len());
        }
        _ => by_month(of, &months, year),
    };
    limits::limit(&mut lines, &last.pay, (&year.bases, year.year), months.len());
    lines
}

fn earn(
    of: Of,
    on_account_basis_points: i64,
    (pots, months): (&[earned::Pot], &[(Period, &Version)]),
    (year, found): (&Year<'_>, &mut Found),
) -> Vec<Line> {
    let results = earned::results(of.0, pots, year);
    let months: Vec<Period> = months.iter().map(|(month, _)| *month).collect();
    let mut lines = earned::lines(of, on_account_basis_points, (pots, &results), &months);
    lines.sort_by_key(|line| (line.month, line.nature));
    found.results.extend(results);
    lines
}

fn share(
    of: Of,
    (terms, pay, direction): (&super::Sharing, &Pay, Direction),
    (year, found): (&Year<'_>, &mut Found),
    months: usize,
) -> Vec<Line> {
    let shared = sharing::shared(of.0, (terms, pay, direction), year, months);
    let line = |it: &Shared| sharing::line(of, it, terms.first_borne_by, direction);
    let lines = shared.iter().map(line).collect();
    found.shared.extend(shared);
    lines
}

/// The lines of a component that pays month by month.
fn by_month(of: Of, months: &[(Period, &Version)], year: &Year<'_>) -> Vec<Line> {
    let mut lines = Vec::new();
    for (month, version) in months {
        let inputs = inputs(&version.pay, year, *month);
        if !inputs.is_empty() {
            lines.push(Line::of(of, (*month, Nature::Due), inputs));
        }
    }
    lines
}

fn inputs(pay: &Pay, year: &Year<'_>, month: Period) -> Vec<Input> {
    let (facts, at) = (year.facts, (month, year.year));
    match &pay.kind {
        Kind::Block { yearly } => {
            let yearly = pay.amount(*yearly, year.year);
            let name = format!("a twelfth of {}", yearly.named(&year.bases));
            vec![Input::new(name, twelfth(yearly.of(&year.bases), month))]
        }
        Kind::Capitation(terms) => capitation::month((terms, pay), facts, at),
        Kind::Activity { tariffs } => activity::month((tariffs, pay), facts, at),
        Kind::CostAndVolume(terms) => {
            activity::cost_and_volume((terms, pay), (&year.bases, facts), at)
        }
        Kind::Episode { prices } => activity::episodes((prices, pay), facts, at),
        Kind::YearOfCare { prices } => activity::years_of_care((prices, pay), facts, at),
        Kind::Transition { payments } => {
            let in_month = payments.iter().filter(|payment| {
                (Period::of(payment.due_on), FinancialYear::of(payment.due_on)) == at
            });
            let input =
                |it: &super::Payment| Input::new(format!("due on {}", it.due_on), it.amount);
            in_month.map(input).collect()
        }
        Kind::PassThrough { code } => {
            let cost = facts.cost(code, year.year, month);
            cost.map(|cost| Input::new(format!("{code}: cost"), cost)).into_iter().collect()
        }
        Kind::OutcomeContingent(_)
        | Kind::Incentive(_)
        | Kind::GainShare(_)
        | Kind::LossShare(_) => Vec::new(),
    }
}

impl Schedule {
    /// What the year comes to.
    #[must_use]
    pub fn total(&self) -> Pence {
        self.lines.iter().map(|line| line.amount).sum()
    }

    /// What a component comes to in the year.
    #[must_use]
    pub fn of(&self, component: Uuid) -> Pence {
        let own = self.lines.iter().filter(|line| line.component == component);
        own.map(|line| line.amount).sum()
    }

    /// The most that a component's measures could earn.
    #[must_use]
    pub fn most_of(&self, component: Uuid) -> Pence {
        let own = self.results.iter().filter(|result| result.component == component);
        own.map(|result| result.most).sum()
    }
}
