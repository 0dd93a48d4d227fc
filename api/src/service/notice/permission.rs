use domain::policy::{Denied, Parties};

use super::Given;
use crate::auth::Viewer;

/// What the viewer may do to a notice, by who may do it at all: where it stands is said by its state
/// (rule V3).
#[derive(Clone, Copy, Debug)]
pub struct Permissions {
    /// Withdrawing it.
    pub withdraw: Result<(), Denied>,
}

/// What the viewer may do to a notice under an agreement between these parties.
#[must_use]
pub fn permissions(viewer: &Viewer, parties: &Parties, given: &Given) -> Permissions {
    let given_by = given.seen.row.organisation_id;
    Permissions { withdraw: viewer.actor().may_withdraw_notice(parties, given_by) }
}
