//! What contracts pay, and for what: which of those rows the server may touch.

use domain::policy::{
    Rights,
    matrix::{CHAIN, FieldGroup as Group},
};
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
    let own = own_link("measurement", "measurement.recorded_on");
    let said = |table: &str| {
        format!(
            "exists (select from facts.measurement m where m.id = {table}.measurement_id and ({}))",
            own_link("m", &format!("{table}.recorded_on"))
        )
    };
    let decided = said("measurement_decision");
    vec![
        fact("pay_component", Group::ContractValue),
        version(),
        fact("outcome_framework", Group::OutcomeMeasures),
        fact("pay_baseline", Group::ContractValue),
        fact("pay_list_size", Group::ContractValue),
        fact("pay_activity", Group::ContractValue),
        measured("measurement", &validated(), &own),
        measured("measurement_decision", "measurement_decision.decision = 'VALIDATED'", &decided),
        answered(&said("measurement_answer")),
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

/// The relations to a link that read, or submit, what was measured under it.
fn of_chain(may: impl Fn(Rights) -> bool) -> Vec<RelationKind> {
    kinds(&[Group::Measurements], may).into_iter().filter(|it| CHAIN.contains(it)).collect()
}

/// That a measurement was submitted under a link in which the holder buys or sells, and what was recorded
/// on a day is open to it: of a party to the end whatever came after.
fn own_link(of: &str, on: &str) -> String {
    let through = |root: &str| Through::any_of(root, &of_chain(Rights::reads_own));
    let root = format!("{of}.subcontract_id");
    format!(
        "{} or exists (select from facts.subcontract s where s.id = {root} and {})",
        through(&root).from(on).holds(),
        through("s.id").from("s.ends_on").holds()
    )
}

/// A measurement, or what was decided about it: of one that counts for whoever reads measurements, and
/// of one's own link.
fn measured(table: &'static str, validated: &str, of_link: &str) -> Rule {
    let joined = format!("p.id = {table}.contract_id");
    let may = |cell: Rights| cell.writes_all() || cell.grants(Rights::APPROVE);
    let counts = format!("{validated} and {}", read(&readers(&[Group::Measurements]), table));
    let own = read(&kinds(&[Group::Measurements], may), table);
    let read = format!("({counts}) or ({own}) or ({of_link})");
    let writes = writes("p.id", &[Group::Measurements]);
    let writes = match table {
        "measurement" => {
            let own = of_chain(Rights::writes_own);
            let own = Through::any_of("measurement.subcontract_id", &own).acting().holds();
            format!("{writes} or {own}")
        }
        _ => writes,
    };
    Rule::of(table, parent("contract p", &joined, &read)).inserts(parent(
        "contract p",
        &joined,
        &writes,
    ))
}

/// What is said of a measurement by whom it is about: read by whoever reads measurements, and said by who
/// submits them.
fn answered(of_link: &str) -> Rule {
    let table = "measurement_answer";
    let of_contract = "p.id = measurement_answer.contract_id";
    let read = format!("({}) or ({of_link})", read(&readers(&[Group::Measurements]), table));
    let own = Through::any_of("m.subcontract_id", &of_chain(Rights::writes_own)).acting().holds();
    let writes = format!(
        "{} or exists (select from facts.measurement m where \
         m.id = measurement_answer.measurement_id and {own})",
        writes("p.id", &[Group::Measurements])
    );
    Rule::of(table, parent("contract p", of_contract, &read)).inserts(parent(
        "contract p",
        of_contract,
        &writes,
    ))
}
