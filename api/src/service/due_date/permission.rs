use domain::policy::{Denied, Parties};

use super::Due;
use crate::auth::Viewer;

/// What the viewer may do to something due, by who may do it at all: what became of it is said by its
/// settlement (rule V3).
#[derive(Clone, Copy, Debug)]
pub struct Permissions {
    /// Recording that it was done.
    pub meet: Result<(), Denied>,
    /// Recording that it need not be done.
    pub cancel: Result<(), Denied>,
}

/// What the viewer may do to something due under an agreement between these parties.
#[must_use]
pub fn permissions(viewer: &Viewer, parties: &Parties, due: &Due) -> Permissions {
    let actor = viewer.actor();
    Permissions {
        meet: actor.may_meet_due_date(parties, due.seen.row.owner_id),
        cancel: actor.may_set_due_dates(parties),
    }
}
