//! How a figure of a position came about, in steps that anybody can add up again.
//!
//! A step's formula speaks of its inputs by name: either [`SUM_OF_INPUTS`], or names joined by
//! ` + ` and ` − `. Its result is never handed in: it is computed from the inputs that are shown.

use entities::value::Pence;

use super::position::Figures;

/// The version of these rules. It counts up when a figure would come out differently.
pub const VERSION: u32 = 1;

/// The formula of a step that adds up whatever its inputs are.
pub const SUM_OF_INPUTS: &str = "sum of the inputs";

/// How a figure came about.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Explanation {
    /// The number of the rule.
    pub rule: &'static str,
    /// Its version.
    pub version: u32,
    /// From the first to the figure itself.
    pub steps: Vec<Step>,
}

/// One step of an explanation.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Step {
    /// What it computes.
    pub label: &'static str,
    /// How, in words.
    pub formula: &'static str,
    /// From what.
    pub inputs: Vec<Input>,
    /// What comes out.
    pub result: Pence,
}

/// One amount that enters a step.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Input {
    /// What it is.
    pub name: String,
    /// How much.
    pub amount: Pence,
}

impl Input {
    /// An amount with its name.
    #[must_use]
    pub fn new(name: impl Into<String>, amount: Pence) -> Self {
        Self { name: name.into(), amount }
    }
}

impl Explanation {
    /// The figure that is explained.
    #[must_use]
    pub fn result(&self) -> Pence {
        self.steps.last().map_or(Pence::ZERO, |step| step.result)
    }
}

/// A budget, from what it was set to and each change since, or from its schemes, or its months.
#[must_use]
pub fn budget(parts: Vec<Input>) -> Explanation {
    explained("M4", vec![sum("Budget", parts)])
}

/// The budget to date, from the months, each with the part of it that has passed.
#[must_use]
pub fn budget_to_date(months: Vec<Input>) -> Explanation {
    explained("M4", vec![sum("Budget to date", months)])
}

/// What is committed, from what was promised and, below nothing, what was released of it.
#[must_use]
pub fn committed(parts: Vec<Input>) -> Explanation {
    explained("M7", vec![sum("Committed", parts)])
}

/// What corrects years that are closed, scheme by scheme.
#[must_use]
pub fn prior_year(parts: Vec<Input>) -> Explanation {
    explained("M9", vec![sum("Corrections of prior years", parts)])
}

/// A figure of several funds together, by `rule`, from the figure of each.
#[must_use]
pub fn together(rule: &'static str, funds: Vec<Input>) -> Explanation {
    explained(rule, vec![sum("Funds together", funds)])
}

/// Actual: what was spent and, below nothing, what was given back.
#[must_use]
pub fn actual(figures: &Figures) -> Explanation {
    explained("M12", vec![actual_step(figures)])
}

/// Outturn: actual and what is still forecast. None when nothing was forecast.
#[must_use]
pub fn forecast_outturn(figures: &Figures) -> Option<Explanation> {
    Some(explained("M10", vec![actual_step(figures), outturn_step(figures)?]))
}

/// Variance: outturn less budget, positive is adverse. None when nothing was forecast.
#[must_use]
pub fn variance(figures: &Figures) -> Option<Explanation> {
    let outturn = outturn_step(figures)?;
    let budget = ("budget", figures.budget);
    let less_budget = difference(
        "Variance",
        "forecast outturn − budget",
        ("forecast outturn", outturn.result),
        budget,
    );
    Some(explained("M4", vec![actual_step(figures), outturn, less_budget]))
}

/// Variance to date: actual less the budget to date, positive is adverse.
#[must_use]
pub fn variance_to_date(figures: &Figures) -> Explanation {
    let actual = actual_step(figures);
    let to_date = ("budget to date", figures.budget_to_date);
    let less_budget = difference(
        "Variance to date",
        "actual − budget to date",
        ("actual", actual.result),
        to_date,
    );
    explained("M4", vec![actual, less_budget])
}

/// What is left of a budget, from what it was set to and each change since, and from what was spent
/// of it.
#[must_use]
pub fn left_of_budget(budget: Vec<Input>, spent: Vec<Input>) -> Explanation {
    let (budget, spent) = (sum("Budget", budget), sum("Spent", spent));
    let less = ("spent", spent.result);
    let left = difference("Left", "budget − spent", ("budget", budget.result), less);
    explained("M4", vec![budget, spent, left])
}

/// How far a printed figure is from what it is held against: what that comes to, from its parts, less
/// what is printed. Printed amounts are read to the penny (rule M1).
#[must_use]
pub fn printed_difference(label: &'static str, parts: Vec<Input>, printed: Pence) -> Explanation {
    let parts = sum(label, parts);
    let held_against = ("held against it", parts.result);
    let difference =
        difference("Difference", "held against it − printed", held_against, ("printed", printed));
    explained("M1", vec![parts, difference])
}

fn explained(rule: &'static str, steps: Vec<Step>) -> Explanation {
    Explanation { rule, version: VERSION, steps }
}

fn actual_step(figures: &Figures) -> Step {
    addition("Actual", "spent + refunded", ("spent", figures.spent), ("refunded", figures.refunded))
}

fn outturn_step(figures: &Figures) -> Option<Step> {
    let actual = ("actual", figures.spent + figures.refunded);
    let remaining = ("remaining forecast", figures.remaining_forecast?);
    Some(addition("Forecast outturn", "actual + remaining forecast", actual, remaining))
}

fn sum(label: &'static str, inputs: Vec<Input>) -> Step {
    let result = inputs.iter().map(|input| input.amount).sum();
    Step { label, formula: SUM_OF_INPUTS, inputs, result }
}

fn addition(
    label: &'static str,
    formula: &'static str,
    one: (&str, Pence),
    two: (&str, Pence),
) -> Step {
    let inputs = vec![Input::new(one.0, one.1), Input::new(two.0, two.1)];
    Step { label, formula, inputs, result: one.1 + two.1 }
}

fn difference(
    label: &'static str,
    formula: &'static str,
    one: (&str, Pence),
    less: (&str, Pence),
) -> Step {
    let inputs = vec![Input::new(one.0, one.1), Input::new(less.0, less.1)];
    Step { label, formula, inputs, result: one.1 - less.1 }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::rules::position::testing;

    /// Works a step out from what it says, as its reader would.
    fn read_again(step: &Step) -> Pence {
        if step.formula == SUM_OF_INPUTS {
            return step.inputs.iter().map(|input| input.amount).sum();
        }
        let amount = |name: &str| {
            let input = step.inputs.iter().find(|input| input.name == name);
            input.unwrap_or_else(|| panic!("{name} is not among the inputs")).amount
        };
        let added = |terms: &str| terms.split(" + ").map(amount).sum::<Pence>();
        match step.formula.split_once(" − ") {
            Some((terms, less)) => added(terms) - amount(less),
            None => added(step.formula),
        }
    }

    proptest! {
        #[test]
        fn m10_every_explanation_adds_up_again_to_the_figure_it_explains(
            (_, _, _, position) in testing::positions(),
        ) {
            let lines = position.by_partner.iter().map(|line| line.figures);
            for figures in lines.chain([position.total]) {
                let all = [
                    (Some(actual(&figures)), Some(figures.actual)),
                    (forecast_outturn(&figures), figures.forecast_outturn),
                    (variance(&figures), figures.variance),
                    (Some(variance_to_date(&figures)), Some(figures.variance_to_date)),
                ];
                for (explanation, figure) in all {
                    prop_assert_eq!(explanation.as_ref().map(Explanation::result), figure);
                    for step in explanation.iter().flat_map(|it| &it.steps) {
                        prop_assert_eq!(read_again(step), step.result);
                    }
                }
            }
            let schemes = |figure: fn(&Figures) -> Pence| {
                let line = |line: &_| testing::input(line, figure);
                position.by_scheme.iter().map(line).collect::<Vec<_>>()
            };
            prop_assert_eq!(budget(schemes(|it| it.budget)).result(), position.total.budget);
            prop_assert_eq!(committed(schemes(|it| it.committed)).result(), position.total.committed);
            let parts = schemes(|it| it.actual);
            let printed = printed_difference("Computed", parts, position.total.budget);
            let difference = position.total.actual - position.total.budget;
            prop_assert_eq!(printed.result(), difference);
            for step in &printed.steps {
                prop_assert_eq!(read_again(step), step.result);
            }
            let to_date = budget_to_date(schemes(|it| it.budget_to_date));
            prop_assert_eq!(to_date.result(), position.total.budget_to_date);
            prop_assert_eq!(read_again(&to_date.steps[0]), to_date.result());
        }
    }
}
