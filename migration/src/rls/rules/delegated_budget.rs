//! Budgets delegated within contracts, and what was spent of them: which of those rows the server may
//! touch.

use domain::policy::matrix::FieldGroup as Group;

use super::{
    super::through::{Through, owners, readers, summarisers, writers},
    Rule, parent, writes,
};

const GROUP: &[Group] = &[Group::DelegatedBudgets];
/// The place of who holds a budget among those whom it is about.
const HOLDER: &str = "0";

/// A budget is read through its contract, as far as it was recorded in the reader's days, and by who
/// holds it; whoever was paid from it reads what it was paid. The commissioner delegates, and who holds
/// it says what it spent.
pub(super) fn rules() -> Vec<Rule> {
    let held = |recorded_on: &str| {
        Through::any_of("p.id", &owners(GROUP)).in_place(HOLDER).from(recorded_on).holds()
    };
    let read = |recorded_on: &str| {
        let contract = Through::any_of("p.contract_id", &readers(GROUP)).from(recorded_on);
        format!("{} or {}", contract.holds(), held(recorded_on))
    };
    let delegates = writes("p.contract_id", GROUP);
    let of_version = "p.id = delegated_budget_version.budget_id";
    let of_amount = "v.budget_id = delegated_budget_amount.budget_id and \
                     v.number = delegated_budget_amount.version and p.id = v.budget_id";
    let with_version = "delegated_budget p, facts.delegated_budget_version v";
    let of_spending = "p.id = delegated_spending.budget_id";
    let spent = Through::any_of("p.contract_id", &readers(GROUP))
        .on("delegated_spending.spent_on")
        .from("delegated_spending.recorded_on");
    let paid = Through::any_of("p.id", &owners(GROUP))
        .in_place("delegated_spending.payee_position")
        .from("delegated_spending.recorded_on");
    let spent = format!(
        "{} or {} or {}",
        spent.holds(),
        held("delegated_spending.recorded_on"),
        paid.holds()
    );
    let spends = Through::any_of("p.id", &writers(GROUP)).in_place(HOLDER).acting();
    vec![
        budget(),
        Rule::of(
            "delegated_budget_version",
            parent("delegated_budget p", of_version, &read("delegated_budget_version.recorded_on")),
        )
        .inserts(parent("delegated_budget p", of_version, &delegates)),
        Rule::of(
            "delegated_budget_amount",
            parent(with_version, of_amount, &read("v.recorded_on")),
        )
        .inserts(parent(with_version, of_amount, &delegates)),
        Rule::of("delegated_spending", parent("delegated_budget p", of_spending, &spent))
            .inserts(parent("delegated_budget p", of_spending, &spends.holds())),
    ]
}

fn budget() -> Rule {
    let recorded_on = "delegated_budget.recorded_on";
    let contract = Through::any_of("delegated_budget.contract_id", &summarisers(GROUP));
    let held = Through::any_of("delegated_budget.id", &owners(GROUP)).in_place(HOLDER);
    let read =
        format!("{} or {}", contract.from(recorded_on).holds(), held.from(recorded_on).holds());
    Rule::of("delegated_budget", read).inserts(writes("delegated_budget.contract_id", GROUP))
}
