//! Publications and their withdrawal: which of their rows the server may touch.

use entities::relation::RelationKind;

use super::{super::through::Through, Rule, parent};

/// Everybody reads what is published, signed in or not (rule V5); the host publishes of an agreement,
/// and the commissioner that leads of a contract.
pub(super) fn rules() -> Vec<Rule> {
    let agreement =
        published(("publication", "publication_withdrawal"), ("agreement_id", RelationKind::Host));
    let contract = published(
        ("contract_publication", "contract_publication_withdrawal"),
        ("contract_id", RelationKind::CoordinatingCommissioner),
    );
    agreement.into_iter().chain(contract).collect()
}

fn published(
    (table, withdrawal): (&'static str, &'static str),
    (root, publishes): (&str, RelationKind),
) -> [Rule; 2] {
    let publishes =
        |of: &str| Through::any_of(&format!("{of}.{root}"), &[publishes]).acting().holds();
    let withdrawn = parent(
        &format!("{table} p"),
        &format!("p.id = {withdrawal}.publication_id"),
        &publishes("p"),
    );
    [Rule::open(table).inserts(publishes(table)), Rule::open(withdrawal).inserts(withdrawn)]
}
