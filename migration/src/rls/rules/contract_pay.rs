//! What contracts pay, and for what: which of those rows the server may touch.

use domain::policy::{Rights, matrix::FieldGroup as Group};
use entities::relation::RelationKind;

use super::{
    super::through::{Through, kinds, readers},
    Rule,
    contracts::draft,
    parent, writes,
};

/// What is recorded of a contract is read by who reads its group, as far as it was recorded in the
/// reader's days; a measurement that nobody validated by who submits or validates.
pub(super) fn rules() -> Vec<Rule> {
    let fact = |table: &'static str, group: Group| {
        let joined = format!("p.id = {table}.contract_id");
        let read = read(&readers(&[group]), table);
        Rule::of(table, parent("contract p", &joined, &read)).inserts(parent(
            "contract p",
            &joined,
            &writes("p.id", &[group]),
        ))
    };
    vec![
        fact("pay_component", Group::ContractValue),
        version(),
        fact("outcome_framework", Group::OutcomeMeasures),
        fact("pay_baseline", Group::ContractValue),
        fact("pay_list_size", Group::ContractValue),
        fact("pay_activity", Group::ContractValue),
        measured("measurement", &validated()),
        measured("measurement_decision", "measurement_decision.decision = 'VALIDATED'"),
    ]
}

/// That one of these relations opens a row of the table, and the contract is not a draft that the
/// holder does not read.
fn read(relations: &[RelationKind], table: &str) -> String {
    let through = Through::any_of("p.id", relations).from(&format!("{table}.recorded_on"));
    format!("{} and (p.shared_on is not null or {})", through.holds(), draft("p.id", &[]))
}

fn version() -> Rule {
    let table = "pay_component_version";
    let joined = "c.id = pay_component_version.component_id and p.id = c.contract_id";
    let tables = "contract p, facts.pay_component c";
    let read = read(&readers(&[Group::ContractValue]), table);
    Rule::of(table, parent(tables, joined, &read)).inserts(parent(
        tables,
        joined,
        &writes("p.id", &[Group::ContractValue]),
    ))
}

/// That a measurement was validated in the reader's days.
fn validated() -> String {
    let known = Through::any_of("p.id", &readers(&[Group::Measurements])).from("d.recorded_on");
    format!(
        "exists (select from facts.measurement_decision d where d.measurement_id = measurement.id \
         and d.decision = 'VALIDATED' and {})",
        known.holds()
    )
}

/// A measurement, or what was decided about it: of one that counts for whoever reads measurements.
fn measured(table: &'static str, validated: &str) -> Rule {
    let joined = format!("p.id = {table}.contract_id");
    let may = |cell: Rights| cell.writes_all() || cell.grants(Rights::APPROVE);
    let counts = format!("{validated} and {}", read(&readers(&[Group::Measurements]), table));
    let own = read(&kinds(&[Group::Measurements], may), table);
    let read = format!("({counts}) or ({own})");
    Rule::of(table, parent("contract p", &joined, &read)).inserts(parent(
        "contract p",
        &joined,
        &writes("p.id", &[Group::Measurements]),
    ))
}
