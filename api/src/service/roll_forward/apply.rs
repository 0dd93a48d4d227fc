use entities::value::Pence;
use uuid::Uuid;

use super::{RollForward, RolledInstalment, RolledShare};
use crate::{
    auth::Viewer,
    database::Writing,
    service::{
        Stopped,
        contribution::{self, NewContribution, NewInstalment},
        decision::Decision,
        funding_split::NewShare,
        scheme::{self, NewBudget, NewSchemeBudget},
    },
};

/// Plans the next year's contributions and sets its budgets with their funding, as they were drafted,
/// and answers with the fund. Income comes first, so that budgets are held against it (rule M3).
///
/// # Errors
/// What planning or setting refuses, such as that the next year has some of it already; the sentence
/// names what it is about.
pub async fn apply_in(
    tx: &Writing,
    viewer: &Viewer,
    new: &RollForward,
    (decision, key): (&Decision, &str),
) -> Result<Uuid, Stopped> {
    for (place, line) in new.contributions.iter().enumerate() {
        // What has ended is no contribution of nothing.
        if line.steps.amount == Pence::ZERO {
            continue;
        }
        let planned = NewContribution {
            fund: new.fund,
            partner: line.partner,
            source_code: line.source_code.clone(),
            year: new.into,
            amount: line.steps.amount,
            instalments: line.instalments.iter().map(instalment).collect(),
            effective_on: None,
            decision: Some(decision.clone()),
            idempotency_key: format!("{key} {place}"),
        };
        let done = contribution::plan_in(tx, viewer, &planned).await;
        done.map_err(|why| about(&format!("a contribution from {}", line.source_code), why))?;
    }
    for line in &new.schemes {
        let share = |share: &RolledShare| NewShare {
            partner: share.partner,
            source: share.source_code.clone(),
            weight: share.weight,
        };
        let budget = NewBudget {
            year: new.into,
            amount: line.steps.amount,
            months: line.months.clone(),
            funding: line.funding.iter().map(share).collect(),
        };
        let budget = NewSchemeBudget { scheme: line.scheme, budget };
        let done = scheme::set_budget_in(tx, viewer, budget).await;
        done.map_err(|why| about(&format!("the scheme {:?}", line.reference), why))?;
    }
    Ok(new.fund)
}

fn instalment(part: &RolledInstalment) -> NewInstalment {
    NewInstalment { due_on: part.due_on, amount: Some(part.amount) }
}

/// A refusal that says of what it is: what was drafted stands nowhere in the caller's input.
fn about(what: &str, stopped: Stopped) -> Stopped {
    match stopped {
        Stopped::Refused(mut refusal) => {
            refusal.message = format!("{what}: {}", refusal.message);
            refusal.path = vec!["financialYear".to_owned()];
            Stopped::Refused(refusal)
        }
        fault @ Stopped::Fault(_) => fault,
    }
}
