use domain::policy::{Denied, Parties};

use super::Disputed;
use crate::auth::Viewer;

/// What the viewer may do to a dispute, by who may do it at all: where it stands is said by its state
/// (rule V3).
#[derive(Clone, Copy, Debug)]
pub struct Permissions {
    /// Recording what came of it: steps, and that it is resolved.
    pub record: Result<(), Denied>,
    /// Withdrawing it.
    pub withdraw: Result<(), Denied>,
}

/// What the viewer may do to a dispute under an agreement between these parties.
#[must_use]
pub fn permissions(viewer: &Viewer, parties: &Parties, disputed: &Disputed) -> Permissions {
    let actor = viewer.actor();
    Permissions {
        record: actor.may_record_in_dispute(parties, &disputed.between()),
        withdraw: actor.may_withdraw_dispute(parties, disputed.seen.row.raised_by_id),
    }
}
