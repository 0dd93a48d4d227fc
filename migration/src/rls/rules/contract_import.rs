//! What notices were imported: which of the rows the server may touch.

use super::{super::through::ORGANISATION, Rule};

/// What an organisation imported is its own; what the operator imported is nobody's.
pub(super) fn rules() -> Vec<Rule> {
    let own = |table: &str| format!("{table}.importer = cast({ORGANISATION} as text)");
    ["contract_release", "published_party"]
        .map(|table| Rule::of(table, own(table)).inserts(own(table)))
        .to_vec()
}
