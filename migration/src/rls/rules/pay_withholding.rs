//! What is withheld of contracts' pay: which of those rows the server may touch.

use domain::policy::matrix::FieldGroup as Group;

use super::{
    super::through::{Through, owners, readers},
    Rule, parent, writes,
};

/// A withholding, and what became of it, is read by who reads what the contract is worth, or its own
/// share of that, as far as it was recorded in the reader's days. Of a draft nothing is withheld.
pub(super) fn rules() -> Vec<Rule> {
    let kinds = [readers(&[Group::ContractValue]), owners(&[Group::ContractValue])].concat();
    let read =
        |table: &str| Through::any_of("p.id", &kinds).from(&format!("{table}.recorded_on")).holds();
    let of = "p.id = pay_withholding.contract_id";
    let of_settlement = "c.id = pay_withholding_settlement.withholding_id and p.id = c.contract_id";
    let tables = "contract p, facts.pay_withholding c";
    let adds = writes("p.id", &[Group::ContractValue]);
    vec![
        Rule::of("pay_withholding", parent("contract p", of, &read("pay_withholding")))
            .inserts(parent("contract p", of, &adds)),
        Rule::of(
            "pay_withholding_settlement",
            parent(tables, of_settlement, &read("pay_withholding_settlement")),
        )
        .inserts(parent(tables, of_settlement, &adds)),
    ]
}
