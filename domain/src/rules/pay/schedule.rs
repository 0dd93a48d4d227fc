use entities::value::{FinancialYear, Pence, Period};
use uuid::Uuid;

use super::{
    Bases, Component, Facts, Kind, Line, MeasureResult, Nature, Pay, Shared, Terms, VERSION,
    Version, Withheld, activity, capitation,
    delivery::Care,
    earned, limits,
    line::Of,
    round::twelfth,
    sharing::{self, Direction},
    withholding::{Paid, withhold},
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
    /// What became of each withholding of the year, the earliest first.
    pub withheld: Vec<Withheld>,
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
    schedule_by(VERSION, (terms, facts), year)
}

/// The same by an earlier version of the rules: what it said comes out again.
#[must_use]
pub fn schedule_by(
    version: u32,
    (terms, facts): (&Terms, &Facts),
    year: FinancialYear,
) -> Schedule {
    let mut facts = facts.as_known();
    if version < 2 {
        facts.delivery = super::Delivery::default();
    }
    let facts = &facts;
    let mut year = Year { terms, facts, year, bases: Bases::agreed(terms, year) };
    let components: Vec<Component> = terms.components.iter().map(|it| it.as_known(facts)).collect();
    let mut found = Found::default();
    let mut by_component: Vec<Paid> = Vec::new();
    for component in &components {
        let lines = if_any(component, &year, true, &mut found);
        let kind = component.versions.first().map(|version| version.pay.kind.name());
        let paid: Pence = lines.iter().map(|line| line.amount).sum();
        found.care += paid;
        let is_fixed = kind.is_some_and(super::KindName::is_fixed);
        found.fixed += if is_fixed { paid } else { Pence::ZERO };
        by_component.push(Paid { of: kind.map(|kind| (component.id, kind)), lines });
    }
    year.bases.actual_annual_value = found.care;
    year.bases.fixed_element = found.fixed;
    for (component, paid) in components.iter().zip(&mut by_component) {
        paid.lines.extend(if_any(component, &year, false, &mut found));
    }
    let withheld = withhold(&mut by_component, &facts.withholdings, year.year);
    let mut lines: Vec<Line> = Vec::new();
    for Paid { lines: mut own, .. } in by_component {
        own.sort_by_key(|line| (line.month, line.nature));
        lines.extend(own);
    }
    for line in &mut lines {
        line.explanation.version = version;
    }
    Schedule {
        year: year.year,
        version,
        bases: year.bases,
        lines,
        results: found.results,
        shared: found.shared,
        withheld,
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
    // Nothing is made up for months in which no care is paid for, nor in them.
    let is_paid = |month: Period| !is_for_care || year.care_in(month).is_any();
    let months = months.iter().filter(|(month, _)| is_paid(*month)).count();
    let idle: Vec<Line> = lines.extract_if(.., |line| !is_paid(line.month)).collect();
    limits::limit(&mut lines, &last.pay, (&year.bases, year.year), months);
    lines.extend(idle);
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
        let kind = &version.pay.kind;
        let mut inputs = inputs(&version.pay, year, *month);
        if !inputs.is_empty() {
            let is_for_care = kind.name().is_for_care();
            let less = is_for_care.then(|| year.care_in(*month).less(kind, &inputs)).flatten();
            inputs.extend(less);
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

impl Year<'_> {
    fn care_in(&self, month: Period) -> Care {
        self.facts.delivery.care_in(month, self.year)
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
