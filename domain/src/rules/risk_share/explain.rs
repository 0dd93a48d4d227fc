use entities::value::Pence;
use uuid::Uuid;

use super::{Direction, Outcome, VERSION};
use crate::rules::explanation::{Explanation, Input, SUM_OF_INPUTS, Step};

/// How it comes about what a party bears in the end: the budget that it funds, what each tier adds
/// or takes, and what goes back to its ring-fenced sources.
#[must_use]
pub fn explain(outcome: &Outcome, party: Uuid, funded_budget: Pence) -> Explanation {
    let mut inputs = vec![Input::new("budget funded", funded_budget)];
    for step in &outcome.steps {
        for part in step.parties.iter().filter(|part| part.party == party) {
            let (list, amount) = match step.direction {
                Direction::Over => ("overspend", part.amount),
                Direction::Under => ("underspend", -part.amount),
            };
            let name = format!("{list}, tier {}: {:?}", step.number, step.mechanism);
            inputs.push(Input::new(name, amount));
        }
    }
    for back in outcome.returned_to_source.iter().filter(|it| it.partner == party) {
        inputs.push(Input::new(format!("goes back to {}", back.source), -back.amount));
    }
    let result = inputs.iter().map(|input| input.amount).sum();
    Explanation {
        rule: "M15",
        version: VERSION,
        steps: vec![Step { label: "borne in the end", formula: SUM_OF_INPUTS, inputs, result }],
    }
}
