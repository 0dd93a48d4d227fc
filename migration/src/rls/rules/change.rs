//! The feed of changes. Putting changes into their order is the work of the jobs' role.

use domain::policy::{
    Rights,
    matrix::{CHAIN, FieldGroup as Group},
};
use entities::relation::RelationKind;

use super::{
    super::through::{HOLDER, Through, kinds, readers},
    Rule, audit, contracts,
};

/// A holder reads where its own views begin and end, and what changed of groups of fields that it reads
/// all of.
pub(super) fn rules() -> Vec<Rule> {
    let all = kinds(&[Group::AuditTrail], |_| true);
    let shared = audit::shared("change", &all, Rights::reads_all);
    let (links, schemes, hidden) = (under_links(), of_schemes(), audit::is_hidden_draft("change"));
    let read = format!(
        "change.holder_id = {HOLDER} or (change.holder_id is null and ({}) and \
         ({shared} or ({links}) or ({schemes})) and ({}) and not ({hidden}))",
        in_reach(),
        is_awarded_or_read_as_draft(),
    );
    vec![
        Rule::of("change_waiting", "false".to_owned()),
        Rule::of("change_mark", "false".to_owned()),
        Rule::of("change_view", "false".to_owned()),
        Rule::of("change", read),
    ]
}

/// What the index finds: under the roots to which the holder stands, and under the links of those that
/// are contracts.
fn in_reach() -> String {
    let roots = format!("select w.root_id from facts.access_window w where w.holder_id = {HOLDER}");
    let links =
        format!("select l.id from facts.subcontract l where l.contract_id = any(array({roots}))");
    format!("change.root_id = any(array({roots})) or change.root_id = any(array({links}))")
}

/// Of links of supply chains that the holder reads by standing to their head contract.
fn under_links() -> String {
    let kinds: Vec<RelationKind> =
        readers(&[Group::LinkTerms]).into_iter().filter(|kind| !CHAIN.contains(kind)).collect();
    let through = Through::any_of("l.contract_id", &kinds).on("change.effective_on").holds();
    format!(
        "change.field_group = '{}' and exists (select from facts.subcontract l where \
         l.id = change.root_id and {through})",
        Group::LinkTerms.name()
    )
}

/// Of the scheme that the holder is funded for.
fn of_schemes() -> String {
    let through = Through::any_of("change.root_id", &[RelationKind::FundedProvider])
        .on("change.effective_on")
        .of_scheme("change.object_id");
    let [name, budget] = [Group::SchemeName, Group::SchemeBudget].map(Group::name);
    format!("change.field_group in ('{name}', '{budget}') and {}", through.holds())
}

/// Of a contract that is not awarded, and of what was drafted, only who reads drafts is told.
fn is_awarded_or_read_as_draft() -> String {
    format!(
        "(change.field_group <> '{}' and not exists (select from facts.contract c where \
         c.id = change.root_id and c.shared_on is null)) or {}",
        Group::ContractDraft.name(),
        contracts::draft("change.root_id", &[])
    )
}
