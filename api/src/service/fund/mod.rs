//! Pooled funds: opened under an agreement, changed, and listed.

mod create;
mod list;
mod update;

use domain::policy::{Denied, Parties};

pub use crate::access::fund::by_reference;
pub use create::{NewFund, create, create_in};
pub use list::{
    Criterion, Listing, Order, by_ids, count, count_by_agreement, list, list_by_agreement,
};
pub use update::{FundChange, update, update_in};

use crate::auth::Viewer;

/// What the viewer may do in a fund: the same decisions that guard the doing.
#[derive(Clone, Copy, Debug)]
pub struct Permissions {
    /// Changing its record.
    pub update: Result<(), Denied>,
    /// Planning and varying contributions of the viewer's own organisation.
    pub plan_contribution: Result<(), Denied>,
    /// Setting up schemes.
    pub create_scheme: Result<(), Denied>,
    /// Recording movements of budget that a body has decided.
    pub move_budget: Result<(), Denied>,
    /// Posting to the books.
    pub post: Result<(), Denied>,
    /// Closing periods.
    pub close_period: Result<(), Denied>,
    /// Releasing periods to the partners.
    pub release_period: Result<(), Denied>,
}

/// What the viewer may do in a fund of an agreement between these parties.
#[must_use]
pub fn permissions(viewer: &Viewer, parties: &Parties) -> Permissions {
    use domain::policy::decisions::{Decision, Posting};
    let actor = viewer.actor();
    // Which body decided is asked when a movement is recorded; here it is who may record one.
    let decided = Decision { deciding_body: "any", minute_reference: "any" };
    Permissions {
        update: actor.may_create_fund(parties),
        plan_contribution: actor.may_plan_contribution(parties, viewer.organisation),
        create_scheme: actor.may_create_scheme(parties),
        move_budget: actor.may_move_budget(parties, decided),
        post: actor.may_post(parties, Posting::HostsSpending),
        close_period: actor.may_close_period(parties),
        release_period: actor.may_release_period(parties),
    }
}
