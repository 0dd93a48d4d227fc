//! What was published: which of its rows the server may touch.

use entities::relation::RelationKind;

use super::{super::through::Through, Rule, parent};

/// Everybody reads what is published, signed in or not (rule V5); the host publishes.
pub(super) fn rules() -> Vec<Rule> {
    let host = Through::any_of("p.agreement_id", &[RelationKind::Host]).acting().holds();
    let own = Through::any_of("publication.agreement_id", &[RelationKind::Host]).acting();
    let withdrawal = parent("publication p", "p.id = publication_withdrawal.publication_id", &host);
    vec![
        Rule::open("publication").inserts(own.holds()),
        Rule::open("publication_withdrawal").inserts(withdrawal),
    ]
}
