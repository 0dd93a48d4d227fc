//! Links of supply chains: which of their rows the server may touch.

use domain::policy::{
    Rights,
    matrix::{CHAIN, FieldGroup as Group},
};
use entities::relation::RelationKind;

use super::{
    super::through::{ORGANISATION, Through, kinds, readers},
    Rule, parent,
};

/// A link is read by its buyer and its seller, and by whoever stands to its head contract otherwise
/// than as a buyer or seller there: a sibling's link is another root.
pub(super) fn rules() -> Vec<Rule> {
    let terms = seen("subcontract", Group::LinkTerms, Rights::reads_summary);
    let values = seen("p", Group::LinkValue, |it| {
        it.reads_summary() || it.reads_own() || it.reads_open() || it.reads_shared()
    });
    let told = seen("p", Group::LinkTerms, Rights::reads_all);
    let buys = |of: &str| {
        let follows = acts_as(of, RelationKind::Buyer);
        format!("({of}.buyer_id = {ORGANISATION} or {follows})")
    };
    let sells = |of: &str| {
        let follows = acts_as(of, RelationKind::Seller);
        format!("({of}.seller_id = {ORGANISATION} or {follows})")
    };
    let approvers = kinds(&[Group::LinkTerms], |it| it.grants(Rights::APPROVE));
    let approves =
        |of: &str| Through::any_of(&format!("{of}.contract_id"), &approvers).acting().holds();
    // What a link is worth is shared by whoever leads the consortium and is a party of the link.
    let leads = Through::any_of("p.contract_id", &[RelationKind::LeadProvider]).acting().holds();
    let shares = format!("({} or {}) and {leads}", buys("p"), sells("p"));
    // Which measures a link feeds is said by whoever says what the contract is to achieve.
    let defines = kinds(&[Group::OutcomeMeasures], Rights::writes_all);
    let defines = Through::any_of("p.contract_id", &defines).acting().holds();
    let acts = |of: &str| format!("{} or {} or {}", buys(of), sells(of), approves(of));
    let child = |table: &'static str, read: &str, write: &str| {
        let joined = format!("p.id = {table}.subcontract_id");
        Rule::of(table, parent("subcontract p", &joined, read)).inserts(parent(
            "subcontract p",
            &joined,
            write,
        ))
    };
    vec![
        Rule::of("subcontract", terms)
            .inserts(format!("subcontract.buyer_id = {ORGANISATION}"))
            .changes(acts("subcontract")),
        child("subcontract_value", &values, &buys("p")),
        child("subcontract_value_act", &values, &acts("p")),
        child("subcontract_value_decision", &values, &approves("p")),
        child("consortium_share", &told, &shares),
        child("consortium_share_end", &told, &shares),
        child("measure_feed", &feeds(), &defines),
        child("measure_feed_end", &feeds(), &defines),
        child("subcontract_clause", &told, &buys("p")),
        child("subcontract_act", &told, &acts("p")),
    ]
}

/// That the holder acts in a link, in the place of a party that has closed (rule G5).
pub(super) fn acts_as(of: &str, kind: RelationKind) -> String {
    Through::any_of(&format!("{of}.id"), &[kind]).acting().holds()
}

/// That the holder reads which measures a link feeds: as its party, or as whoever reads the link whole
/// and outcome measures.
fn feeds() -> String {
    let whole = readers(&[Group::LinkTerms]);
    let reads = kinds(&[Group::OutcomeMeasures], Rights::reads_all);
    let by_contract = whole.iter().copied().filter(|it| !CHAIN.contains(it) && reads.contains(it));
    let contract = Through::any_of("p.contract_id", &by_contract.collect::<Vec<_>>());
    let contract = contract.from("p.recorded_on").holds();
    let own = kinds(&[Group::OutcomeMeasures], Rights::reads_own);
    let own: Vec<RelationKind> =
        whole.into_iter().filter(|it| CHAIN.contains(it) && own.contains(it)).collect();
    format!("{contract} or {}", Through::any_of("p.id", &own).holds())
}

fn seen(of: &str, group: Group, may: impl Fn(Rights) -> bool) -> String {
    let by_contract: Vec<RelationKind> =
        kinds(&[group], may).into_iter().filter(|kind| !CHAIN.contains(kind)).collect();
    let contract = Through::any_of(&format!("{of}.contract_id"), &by_contract);
    let contract = contract.from(&format!("{of}.recorded_on")).holds();
    let own = Through::any_of(&format!("{of}.id"), &readers(&[group])).holds();
    format!("{contract} or {own}")
}
