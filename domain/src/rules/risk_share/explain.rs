use entities::value::Pence;
use uuid::Uuid;

use super::{Bearer, Direction, Outcome, VERSION};
use crate::rules::explanation::{Explanation, Input, SUM_OF_INPUTS, Step};

/// How it comes about what a party bears in the end: the budget that it funds, what each tier adds
/// or takes, and what goes back to its ring-fenced sources.
#[must_use]
pub fn explain(outcome: &Outcome, party: Uuid, funded_budget: Pence) -> Explanation {
    let mut inputs = vec![Input::new("budget funded", funded_budget)];
    inputs.extend(by_tier(outcome, party));
    explained(vec![sum("borne in the end", inputs)])
}

/// What somebody bears of one fund.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct InFund {
    /// Who.
    pub bearer: Bearer,
    /// The budget of the fund that it funds.
    pub funded_budget: Pence,
    /// Its part of the risk share's result in the fund.
    pub result: Pence,
}

/// How it comes about what somebody bears of one fund: what each tier of the rule's `version` comes
/// to for it over all funds of the risk share, and what of that falls on this one.
#[must_use]
pub fn explain_in_fund(rule: Option<(i32, &Outcome)>, of: InFund) -> Explanation {
    let mut steps = result(rule, of.bearer);
    let inputs = vec![
        Input::new("budget funded", of.funded_budget),
        Input::new("result in this fund", of.result),
    ];
    steps.push(sum("borne in the end", inputs));
    explained(steps)
}

/// The same of the variance alone: what is borne beyond the budget that is funded.
#[must_use]
pub fn explain_variance_in_fund(rule: Option<(i32, &Outcome)>, of: InFund) -> Explanation {
    let mut steps = result(rule, of.bearer);
    steps.push(sum("variance borne", vec![Input::new("result in this fund", of.result)]));
    explained(steps)
}

/// What the tiers come to for somebody, over all funds.
fn result(rule: Option<(i32, &Outcome)>, bearer: Bearer) -> Vec<Step> {
    let Some((version, outcome)) = rule else { return Vec::new() };
    let inputs = match bearer {
        Bearer::Party(party) => by_tier(outcome, party),
        Bearer::Nobody(part) => {
            let own = outcome.others().into_iter().filter(|(other, _)| *other == part);
            own.map(|(part, amount)| Input::new(format!("{part:?}"), amount)).collect()
        }
    };
    let named =
        |input: Input| Input { name: format!("version {version}, {}", input.name), ..input };
    vec![sum("result of the risk share", inputs.into_iter().map(named).collect())]
}

fn by_tier(outcome: &Outcome, party: Uuid) -> Vec<Input> {
    let mut inputs = Vec::new();
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
    inputs
}

fn sum(label: &'static str, inputs: Vec<Input>) -> Step {
    let result = inputs.iter().map(|input| input.amount).sum();
    Step { label, formula: SUM_OF_INPUTS, inputs, result }
}

fn explained(steps: Vec<Step>) -> Explanation {
    Explanation { rule: "M15", version: VERSION, steps }
}

#[cfg(test)]
mod tests {
    use super::{
        super::{Mechanism, OtherPart, outcome, testing as cases},
        *,
    };

    fn results(explanation: &Explanation) -> Vec<(&'static str, i64)> {
        explanation.steps.iter().map(|step| (step.label, step.result.0)).collect()
    }

    fn names(explanation: &Explanation, step: usize) -> Vec<&str> {
        explanation.steps[step].inputs.iter().map(|input| input.name.as_str()).collect()
    }

    #[test]
    fn m15_what_is_borne_of_a_fund_names_the_version_of_the_rule_and_its_tiers() {
        let schemes = vec![
            cases::scheme(1, cases::BOARD, (100, 190)),
            cases::fenced(cases::scheme(2, cases::BOARD, (100, 90))),
        ];
        let facts = cases::facts(schemes, &[]);
        let tiers = vec![cases::tier(cases::fixed(&[(cases::COUNCIL, 1), (cases::BOARD, 2)]))];
        let outcome = outcome(&cases::over(tiers), &facts);
        let of = InFund {
            bearer: Bearer::Party(cases::BOARD),
            funded_budget: Pence(7_000),
            result: Pence(5_000),
        };
        let borne = explain_in_fund(Some((3, &outcome)), of);
        assert_eq!((borne.rule, borne.version), ("M15", VERSION));
        let steps = [("result of the risk share", 5_000), ("borne in the end", 12_000)];
        assert_eq!(results(&borne), steps);
        let tiers = ["version 3, overspend, tier 1: FixedShare", "version 3, goes back to DFG"];
        assert_eq!(names(&borne, 0), tiers);
        assert_eq!(names(&borne, 1), ["budget funded", "result in this fund"]);
        let variance = explain_variance_in_fund(Some((3, &outcome)), of);
        assert_eq!(
            results(&variance),
            [("result of the risk share", 5_000), ("variance borne", 5_000)]
        );
        let whole = explain(&outcome, cases::BOARD, Pence(7_000));
        assert_eq!(results(&whole), [("borne in the end", 12_000)]);
    }

    #[test]
    fn m15_what_is_given_of_an_underspend_is_taken_off_what_is_borne() {
        let schemes = vec![cases::scheme(1, cases::BOARD, (100, 90))];
        let facts = cases::facts(schemes, &[(cases::COUNCIL, 1), (cases::BOARD, 1)]);
        let tiers = vec![cases::tier(Mechanism::LeadCommissionerBears)];
        let outcome = outcome(&cases::under(tiers), &facts);
        let borne = explain(&outcome, cases::BOARD, Pence(7_000));
        assert_eq!(results(&borne), [("borne in the end", 6_000)]);
        assert_eq!(names(&borne, 0)[1], "underspend, tier 1: LeadCommissionerBears");
    }

    #[test]
    fn r2_what_nobody_bears_is_explained_too_with_and_without_a_risk_share() {
        let facts = cases::facts(vec![cases::scheme(1, cases::BOARD, (100, 190))], &[]);
        let tiers = vec![cases::tier(Mechanism::OffsetWithinPool)];
        let outcome = outcome(&cases::over(tiers), &facts);
        let of = InFund {
            bearer: Bearer::Nobody(OtherPart::Unallocated),
            funded_budget: Pence::ZERO,
            result: Pence(9_000),
        };
        let borne = explain_in_fund(Some((1, &outcome)), of);
        let steps = [("result of the risk share", 9_000), ("borne in the end", 9_000)];
        assert_eq!(results(&borne), steps);
        assert_eq!(names(&borne, 0), ["version 1, Unallocated"]);
        let unshared = explain_in_fund(None, of);
        assert_eq!(results(&unshared), [("borne in the end", 9_000)]);
    }
}
