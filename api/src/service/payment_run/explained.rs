//! How a line of a run came about, as it is kept.

use domain::rules::{
    explanation::SUM_OF_INPUTS,
    pay::{Line, Payable, Posted, VERSION},
};
use entities::value::Pence;
use serde::{Deserialize, Serialize};

/// How a line came about when it was run.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Explained {
    /// The number of the rule.
    pub rule: String,
    /// Its version.
    pub version: u32,
    /// From the first to the amount itself.
    pub steps: Vec<ExplainedStep>,
}

/// One step.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ExplainedStep {
    /// What it computes.
    pub label: String,
    /// How, in words.
    pub formula: String,
    /// From what.
    pub inputs: Vec<ExplainedInput>,
    /// What comes out.
    pub result: Pence,
}

/// One amount that enters a step.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ExplainedInput {
    /// What it is.
    pub name: String,
    /// How much.
    pub amount: Pence,
}

impl Explained {
    /// How a line of a run comes about: from the lines of the schedule that it pays, less what earlier
    /// runs took, each with its number.
    #[must_use]
    pub fn new(payable: &Payable, scheduled: &[&Line], before: &[(i32, Posted)]) -> Self {
        let first = scheduled.first().map(|line| &line.explanation);
        let mut steps: Vec<ExplainedStep> =
            scheduled.iter().flat_map(|line| &line.explanation.steps).map(step).collect();
        if payable.is_adjustment || scheduled.len() != 1 {
            let now: Pence = scheduled.iter().map(|line| line.amount).sum();
            let mut inputs = vec![input("what it comes to now", now)];
            let taken =
                before.iter().map(|(number, it)| input(&format!("run {number}"), -it.amount));
            inputs.extend(taken);
            steps.push(ExplainedStep {
                label: "Payable".to_owned(),
                formula: SUM_OF_INPUTS.to_owned(),
                inputs,
                result: payable.amount,
            });
        }
        Self {
            rule: first.map_or_else(|| "C7".to_owned(), |it| it.rule.to_owned()),
            version: first.map_or(VERSION, |it| it.version),
            steps,
        }
    }
}

fn input(name: &str, amount: Pence) -> ExplainedInput {
    ExplainedInput { name: name.to_owned(), amount }
}

fn step(of: &domain::rules::explanation::Step) -> ExplainedStep {
    ExplainedStep {
        label: of.label.to_owned(),
        formula: of.formula.to_owned(),
        inputs: of.inputs.iter().map(|it| input(&it.name, it.amount)).collect(),
        result: of.result,
    }
}
