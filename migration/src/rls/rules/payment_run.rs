//! What contracts are paid: which of those rows the server may touch.

use domain::policy::matrix::{COMMISSIONERS, FieldGroup as Group, PROVIDERS};
use entities::relation::RelationKind;

use super::{
    super::through::{Through, owners, readers},
    Rule, parent, writes,
};

/// A run is read by who reads all of what the pool pays, through the contract or, once the period is
/// released to it, through the fund; and once it is approved by who reads its own part, of the lines
/// by who is paid alone.
pub(super) fn rules() -> Vec<Rule> {
    let of_run = "p.id = payment_run_line.run_id";
    let of_decision = "p.id = payment_run_decision.run_id";
    let of_act = "l.id = payment_run_act.line_id and p.id = l.run_id";
    let lines = format!("{} or {}", all("p"), own("p", &Own::Paid));
    let seen = |of: &str| format!("{} or {}", all(of), own(of, &Own::Any));
    let runs = |of: &str| writes(&format!("{of}.contract_id"), &[Group::ContractValue]);
    let posts = writes("p.fund_id", &[Group::Ledger]);
    let deals = format!("{posts} or {}", writes("p.contract_id", &[Group::PaymentsFromPool]));
    let table = "payment_run_line l, facts.payment_run p";
    vec![
        Rule::of("payment_run", seen("payment_run")).inserts(runs("payment_run")),
        Rule::of("payment_run_line", parent("payment_run p", of_run, &lines)).inserts(parent(
            "payment_run p",
            of_run,
            &runs("p"),
        )),
        Rule::of("payment_run_decision", parent("payment_run p", of_decision, &seen("p")))
            .inserts(parent("payment_run p", of_decision, &posts)),
        Rule::of("payment_run_act", parent(table, of_act, &lines))
            .inserts(parent(table, of_act, &deals)),
    ]
}

/// Whose part of a run is its own.
enum Own {
    /// A commissioner's share, or what a provider is paid.
    Any,
    /// What a provider is paid.
    Paid,
}

/// The relations that read all of it by being a party to the contract: who stands to the agreement
/// waits for releases, also by what it is to the contract under it.
fn parties() -> Vec<RelationKind> {
    let readers = readers(&[Group::PaymentsFromPool]).into_iter();
    readers.filter(|kind| COMMISSIONERS.contains(kind) || PROVIDERS.contains(kind)).collect()
}

fn through_contract(of: &str) -> Through {
    Through::any_of(&format!("{of}.contract_id"), &parties()).on(&format!("{of}.pays_to"))
}

fn through_fund(of: &str) -> Through {
    Through::any_of(&format!("{of}.fund_id"), &readers(&[Group::PaymentsFromPool]))
        .on(&format!("{of}.pays_to"))
        .live_or_released(of)
}

fn all(of: &str) -> String {
    format!("{} or {}", through_contract(of).holds(), through_fund(of).holds())
}

fn payee(of: &str) -> Through {
    let own = owners(&[Group::PaymentsFromPool]).into_iter();
    let paid: Vec<RelationKind> = own.filter(|kind| PROVIDERS.contains(kind)).collect();
    Through::any_of(&format!("{of}.contract_id"), &paid).in_place(&format!("{of}.payee_position"))
}

fn own(of: &str, whose: &Own) -> String {
    let own = owners(&[Group::PaymentsFromPool]).into_iter();
    let bearing: Vec<RelationKind> = own.filter(|kind| COMMISSIONERS.contains(kind)).collect();
    let shares = Through::any_of(&format!("{of}.contract_id"), &bearing)
        .on(&format!("{of}.pays_to"))
        .holds();
    let through = match whose {
        Own::Any => format!("({shares} or {})", payee(of).holds()),
        Own::Paid => payee(of).holds(),
    };
    format!(
        "(exists (select from facts.payment_run_decision d where d.run_id = {of}.id and \
         d.decision = 'APPROVED') and {through})"
    )
}
