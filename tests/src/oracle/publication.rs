//! What was published of contracts: everybody who sees a contract is given all of it.

use serde_json::{Value, json};
use tributary::graphql::node::Kind;
use uuid::Uuid;

use super::{View, asked::id};

/// What is asked of a contract.
pub(super) const ASKED: &str =
    "publications(first: 9) { totalCount nodes { id contract { reference } } }";

impl View<'_> {
    /// What was published of a contract, the last first; what was withdrawn shows no more.
    pub(super) fn published_of(&self, of: Uuid) -> Value {
        let contracting = &self.world.contracting;
        let rows = contracting.publications.iter().filter(|row| row.contract_id == of);
        let mut rows: Vec<_> = rows.collect();
        rows.sort_by_key(|row| (row.published_at, row.id));
        let node = |row: &&entities::contract_publication::Model| {
            let mut gone = contracting.unpublished.iter();
            let stands = !gone.any(|it| it.publication_id == row.id);
            let reference = &contracting.contract(of).reference;
            let content = stands.then(|| json!({ "reference": reference }));
            json!({ "id": id(Kind::ContractPublication, row.id), "contract": content })
        };
        let nodes: Vec<Value> = rows.iter().rev().map(node).collect();
        json!({ "totalCount": nodes.len(), "nodes": nodes })
    }
}
