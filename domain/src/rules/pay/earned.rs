use entities::value::{Pence, Period};
use uuid::Uuid;

use super::{
    Contingent, Incentive, Line, Nature, Pay,
    limits::part_of_year,
    line::Of,
    round::{WHOLE, portion},
    schedule::Year,
    score,
    score::evidence,
};
use crate::rules::{explanation::Input, split::split};

/// What one measure earned of what one component pays for it (rule C5). The most is what was
/// earned, what can still be earned, what was forfeited and what was missed, added up.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct MeasureResult {
    /// The component.
    pub component: Uuid,
    /// The measure.
    pub measure: Uuid,
    /// What it is called.
    pub name: String,
    /// What became of it.
    pub state: State,
    /// The most that it could earn.
    pub most: Pence,
    /// What it earned.
    pub earned: Pence,
    /// What it can still earn: nothing was validated, and the cut-off is not past.
    pub payable_yet: Pence,
    /// What it can no longer earn, because nothing was validated by the cut-off.
    pub forfeited: Pence,
    /// What was measured as missed.
    pub missed: Pence,
}

/// What became of a measure in a year.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum State {
    /// All of it was reached.
    Met,
    /// A part of it was reached.
    PartlyMet,
    /// It was measured, and nothing of it was reached.
    Failed,
    /// Nothing was validated: not the same as failed.
    NotEvidenced,
}

/// What one measure can earn.
pub(super) struct Pot {
    measure: Uuid,
    name: String,
    most: Pence,
    due: Period,
}

/// What each measure of the framework can earn: domains by weight, and measures within them.
pub(super) fn of_framework(
    (contingent, pay): (&Contingent, &Pay),
    year: &Year<'_>,
    months: usize,
) -> Vec<Pot> {
    let most = contingent.most.in_year(year.terms, year.facts, year.year);
    let most = most.map_or(Pence::ZERO, |it| pay.amount(it, year.year).of(&year.bases));
    let most = part_of_year(most, months);
    let domains = &year.terms.framework.domains;
    let weights: Vec<i64> = domains.iter().map(|domain| domain.weight).collect();
    let mut pots = Vec::new();
    for (domain, part) in domains.iter().zip(split(most, &weights).unwrap_or_default()) {
        let weights: Vec<i64> = domain.measures.iter().map(|measure| measure.weight).collect();
        let parts = split(part, &weights).unwrap_or_default();
        pots.extend(domain.measures.iter().zip(parts).map(|(measure, most)| Pot {
            measure: measure.id,
            name: measure.name.clone(),
            most,
            due: Period::MARCH,
        }));
    }
    pots
}

/// What each goal of an incentive scheme can earn.
pub(super) fn of_goals(incentive: &Incentive, year: &Year<'_>, months: usize) -> Vec<Pot> {
    let basis = year.bases.of(incentive.basis);
    let weights: Vec<i64> = incentive.goals.iter().map(|goal| goal.basis_points).collect();
    let most = part_of_year(portion(basis, weights.iter().sum(), WHOLE), months);
    let parts = split(most, &weights).unwrap_or_default();
    let pot = |(goal, most): (&super::Goal, Pence)| Pot {
        measure: goal.measure,
        name: goal.name.clone(),
        most,
        due: goal.due,
    };
    incentive.goals.iter().zip(parts).map(pot).collect()
}

/// What became of each pot.
pub(super) fn results(component: Uuid, pots: &[Pot], year: &Year<'_>) -> Vec<MeasureResult> {
    pots.iter().map(|pot| result(component, pot, year)).collect()
}

fn result(component: Uuid, pot: &Pot, year: &Year<'_>) -> MeasureResult {
    let mut result = MeasureResult {
        component,
        measure: pot.measure,
        name: pot.name.clone(),
        state: State::NotEvidenced,
        most: pot.most,
        earned: Pence::ZERO,
        payable_yet: Pence::ZERO,
        forfeited: Pence::ZERO,
        missed: Pence::ZERO,
    };
    let framework = &year.terms.framework;
    let evidence = evidence(framework, year.facts, (pot.measure, year.year));
    let (Some(measure), Some(evidence)) = (framework.measure(pot.measure), evidence) else {
        if year.facts.as_of <= framework.cut_off(year.year) {
            result.payable_yet = pot.most;
        } else {
            result.forfeited = pot.most;
        }
        return result;
    };
    let score = score(measure, evidence.reading);
    result.earned = portion(pot.most, score.reached, score.of);
    result.missed = pot.most - result.earned;
    result.state = match score.reached {
        0 => State::Failed,
        reached if reached == score.of => State::Met,
        _ => State::PartlyMet,
    };
    result
}

/// The lines of pots and what became of them: what is paid on account in the months in force, and
/// what is due when it is known, less what was paid on account for it.
pub(super) fn lines(
    of: Of,
    on_account_basis_points: i64,
    (pots, results): (&[Pot], &[MeasureResult]),
    months: &[Period],
) -> Vec<Line> {
    let on_account = |pot: &Pot| portion(pot.most, on_account_basis_points, WHOLE);
    let before: Pence = pots.iter().map(on_account).sum();
    let mut lines = Vec::new();
    if before != Pence::ZERO {
        let parts = split(before, &vec![1; months.len()]).unwrap_or_default();
        for (month, part) in months.iter().zip(parts) {
            let name = format!("{before} on account, in {} months", months.len());
            let inputs = vec![Input::new(name, part)];
            lines.push(Line::of(of, (*month, Nature::OnAccount), inputs));
        }
    }
    for month in Period::months() {
        let mut inputs = Vec::new();
        for (pot, result) in pots.iter().zip(results).filter(|(pot, _)| pot.due == month) {
            inputs.push(Input::new(in_words(result), result.earned));
            let back = on_account(pot);
            if back != Pence::ZERO && result.payable_yet == Pence::ZERO {
                inputs.push(Input::new(format!("{}: paid on account", pot.name), -back));
            }
        }
        if !inputs.is_empty() {
            lines.push(Line::of(of, (month, Nature::Due), inputs));
        }
    }
    lines
}

fn in_words(result: &MeasureResult) -> String {
    let state = match result.state {
        State::Met => "met",
        State::PartlyMet => "partly met",
        State::Failed => "failed",
        State::NotEvidenced if result.forfeited != Pence::ZERO => "not evidenced, forfeited",
        State::NotEvidenced => "not evidenced",
    };
    format!("{}: {state}, of {}", result.name, result.most)
}
