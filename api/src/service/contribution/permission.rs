use domain::policy::{Denied, Parties, decisions::Posting};
use entities::contribution;

use crate::auth::Viewer;

/// What the viewer may do to a contribution: the same decisions that guard the doing (rule V3).
#[derive(Clone, Copy, Debug)]
pub struct Permissions {
    /// Varying it, and proposing to.
    pub vary: Result<(), Denied>,
    /// Withholding some of it, and releasing that.
    pub withhold: Result<(), Denied>,
    /// Invoicing it, and recording that it was received or given back.
    pub post: Result<(), Denied>,
}

/// What the viewer may do to a contribution to a fund of an agreement between these parties.
#[must_use]
pub fn permissions(viewer: &Viewer, parties: &Parties, row: &contribution::Model) -> Permissions {
    let actor = viewer.actor();
    Permissions {
        vary: actor.may_plan_contribution(parties, row.partner_id),
        withhold: actor.may_withhold(parties, row.partner_id),
        post: actor.may_post(parties, Posting::HostsBooks),
    }
}
