//! What notices were imported: which of the rows the server may touch.

use super::{super::through::ORGANISATION, Rule};

/// What notices said is their buyer's; who stands for a party is its importer's own.
pub(super) fn rules() -> Vec<Rule> {
    let release = format!("contract_release.owner_id = {ORGANISATION}");
    let party = format!("published_party.importer = cast({ORGANISATION} as text)");
    vec![
        Rule::of("contract_release", release.clone()).inserts(release),
        Rule::of("published_party", party.clone()).inserts(party),
    ]
}
