//! What buyers of links of supply chains paid their sellers: which of those rows the server may touch.

use domain::policy::{
    Rights,
    matrix::{CHAIN, FieldGroup as Group},
};
use entities::relation::RelationKind;

use super::{
    super::through::{ORGANISATION, Through, kinds, readers},
    Rule, parent,
    supply_chain::acts_as,
};

/// A payment is read by buyer and seller of its link, and, for its punctuality, by whoever reads that
/// of the days on which it was paid and recorded. The buyer records it, and either says more of it.
pub(super) fn rules() -> Vec<Rule> {
    let payment = "p.id = chain_payment.subcontract_id";
    let said = "c.id = chain_payment_act.payment_id and p.id = c.subcontract_id";
    let with_payment = "subcontract p, facts.chain_payment c";
    let buys = party("buyer_id", RelationKind::Buyer);
    let sells = party("seller_id", RelationKind::Seller);
    let read = |paid: &str, table: &str| {
        let by_contract: Vec<RelationKind> = kinds(&[Group::ChainPayments], Rights::reads_summary)
            .into_iter()
            .filter(|kind| !CHAIN.contains(kind))
            .collect();
        let contract = Through::any_of("p.contract_id", &by_contract);
        let contract = contract.on(paid).from(&format!("{table}.recorded_on")).holds();
        let own = Through::any_of("p.id", &readers(&[Group::ChainPayments])).holds();
        format!("{contract} or {own}")
    };
    vec![
        Rule::of(
            "chain_payment",
            parent("subcontract p", payment, &read("chain_payment.paid_on", "chain_payment")),
        )
        .inserts(parent("subcontract p", payment, &buys)),
        Rule::of(
            "chain_payment_act",
            parent(with_payment, said, &read("c.paid_on", "chain_payment_act")),
        )
        .inserts(parent(with_payment, said, &format!("{buys} or {sells}"))),
    ]
}

/// That the acting organisation is a party of the link, or stands in its place (rule G5).
fn party(column: &str, kind: RelationKind) -> String {
    format!("p.{column} = {ORGANISATION} or {}", acts_as("p", kind))
}
