//! Contracts: which rows of theirs the server may touch.

use domain::policy::matrix::{FieldGroup as Group, PROVIDERS};
use entities::relation::RelationKind;

use super::{
    super::through::{ORGANISATION, Through, kinds, owners, readers, summarisers},
    Rule,
    contract_interest::is_shut_out,
    parent, writes,
};
use domain::policy::Rights;

/// What is read of a contract that was awarded is read by whoever stands to it, as far as it took
/// effect and was recorded in the reader's days; of a draft, by whoever reads drafts.
pub(super) fn rules() -> Vec<Rule> {
    let terms = summarisers(&[Group::ContractTerms]);
    let told = readers(&[Group::ContractTerms]);
    let value = [owners(&[Group::ContractValue]), summarisers(&[Group::ContractValue])].concat();
    let status = summarisers(&[Group::ContractStatus]);
    let write = |of: &str| writes(of, &[Group::ContractTerms]);
    let seen = |of: &str| {
        let through = Through::any_of(&format!("{of}.id"), &terms);
        let through = through.from(&format!("{of}.shared_on")).holds();
        format!("{through} or {}", draft(&format!("{of}.id"), &[]))
    };
    let owned = format!("contract.owner_id = {ORGANISATION}");
    let dated = |table: &'static str, kinds: &[RelationKind], days: &[&str]| {
        child(table, kinds, days, &["is_draft"])
    };
    let fact =
        |table: &'static str, kinds: &[RelationKind], days: &[&str]| child(table, kinds, days, &[]);
    let party = |table: &'static str| {
        let rule = fact(table, &terms, &["starts_on", "recorded_on"]);
        let ends = write(&format!("{table}.contract_id"));
        rule.changes(ends)
    };
    let named = Through::any_of("contract_takeover.contract_id", &terms).holds();
    // While nobody is named, whoever might be reads only, and may say who is (rule G5).
    let heirs = kinds(&[Group::ContractTerms], Rights::writes_all);
    let heir = Through::any_of("contract_takeover.contract_id", &heirs).holds();
    vec![
        Rule::of("contract_takeover", named).writes(&heir),
        Rule::of("contract", seen("contract")).inserts(owned).changes(write("contract.id")),
        dated("contract_terms", &terms, &["effective_on", "recorded_on"]),
        party("contract_commissioner"),
        party("contract_provider"),
        values(&value),
        fact("contract_status_change", &status, &["effective_on", "recorded_on"]),
        fact("contract_variation", &told, &["effective_on", "recorded_on"]),
        of_child("contract_variation_approval", ("contract_variation", "variation_id"), &told),
        fact("contract_condition", &told, &["recorded_on"]),
        of_child("contract_condition_met", ("contract_condition", "condition_id"), &told),
        fact("contract_guarantee", &told, &["recorded_on"]),
        of_child("contract_guarantee_given", ("contract_guarantee", "guarantee_id"), &told),
    ]
}

/// That the holder reads what the commissioners of a contract keep to themselves, of these days, and
/// no interest shuts out whoever asks (rule G3).
pub(super) fn draft(root: &str, days: &[String]) -> String {
    let through = |kinds: &[RelationKind]| {
        days.iter().fold(Through::any_of(root, kinds), |it, day| it.from(day)).holds()
    };
    let writers = through(&kinds(&[Group::ContractDraft], Rights::writes_all));
    let reads = through(&readers(&[Group::ContractDraft]));
    let provides = Through::any_of(root, &PROVIDERS).holds();
    let is_shut_out = is_shut_out(root);
    format!("(({writers} or ({reads} and not {provides})) and not {is_shut_out})")
}

/// Rows of a contract: of certain relations when the relation lasted to all of these days, and the
/// contract was awarded; a row that was drafted only of who reads drafts.
fn child(table: &'static str, relations: &[RelationKind], days: &[&str], drafted: &[&str]) -> Rule {
    let through = Through::any_of("p.id", relations);
    of_contract(table, through, (days, drafted))
}

/// What a contract is expected to cost in years of which the relation opens the first day.
fn values(relations: &[RelationKind]) -> Rule {
    let through = Through::any_of("p.id", relations).in_year("contract_value.financial_year");
    of_contract("contract_value", through, (&["effective_on", "recorded_on"], &["is_draft"]))
}

fn of_contract(table: &'static str, through: Through, (days, drafted): (&[&str], &[&str])) -> Rule {
    let joined = format!("p.id = {table}.contract_id");
    let days: Vec<String> = days.iter().map(|day| format!("{table}.{day}")).collect();
    let through = days.iter().fold(through, |it, day| it.from(day));
    let is_draft = drafted.iter().map(|column| format!(" and not {table}.{column}"));
    let shared = format!("p.shared_on is not null{}", is_draft.collect::<String>());
    let read = format!("{} and ({shared} or {})", through.holds(), draft("p.id", &days));
    Rule::of(table, parent("contract p", &joined, &read)).inserts(written(&joined))
}

/// Rows of a condition or a guarantee of a contract.
fn of_child(table: &'static str, (of, column): (&str, &str), relations: &[RelationKind]) -> Rule {
    let joined = format!("c.id = {table}.{column} and p.id = c.contract_id");
    let tables = format!("contract p, facts.{of} c");
    let through = Through::any_of("p.id", relations).from(&format!("{table}.recorded_on"));
    let read =
        format!("{} and (p.shared_on is not null or {})", through.holds(), draft("p.id", &[]));
    Rule::of(table, parent(&tables, &joined, &read)).inserts(parent(
        &tables,
        &joined,
        &writes("p.id", &[Group::ContractTerms]),
    ))
}

/// Whoever writes a contract's terms adds to it. Of a contract that was just recorded there is no
/// view yet: then its recorder says what it is, and who stands to it.
fn written(joined: &str) -> String {
    let new = "not exists (select from facts.access a where a.root_id = p.id)";
    let groups = [Group::ContractTerms, Group::ContractValue, Group::ContractStatus];
    let condition =
        format!("{} or (p.owner_id = {ORGANISATION} and {new})", writes("p.id", &groups));
    parent("contract p", joined, &condition)
}
