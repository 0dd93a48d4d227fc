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
    /// Posting what the viewer's own organisation spent itself.
    pub post_own_spending: Result<(), Denied>,
    /// Posting journals to the host's books.
    pub post_journal: Result<(), Denied>,
    /// Carrying a closed year's balance into the next.
    pub carry_forward: Result<(), Denied>,
    /// Proposing movements of budget.
    pub propose_virement: Result<(), Denied>,
    /// Proposing the next year.
    pub roll_forward_year: Result<(), Denied>,
    /// Drafting forecasts.
    pub save_forecast: Result<(), Denied>,
    /// Drafting returns.
    pub save_return: Result<(), Denied>,
    /// Stating how the viewer's own organisation accounts for its share.
    pub state_accounting_treatment: Result<(), Denied>,
}

/// What the viewer may do in a fund of an agreement between these parties.
#[must_use]
pub fn permissions(viewer: &Viewer, parties: &Parties) -> Permissions {
    use domain::policy::decisions::{Decision, Posting};
    let (actor, own) = (viewer.actor(), viewer.organisation);
    // Which body decided is asked when a movement is recorded; here it is who may record one.
    let decided = Decision { deciding_body: "any", minute_reference: "any" };
    Permissions {
        update: actor.may_create_fund(parties),
        plan_contribution: actor.may_plan_contribution(parties, own),
        create_scheme: actor.may_create_scheme(parties),
        move_budget: actor.may_move_budget(parties, decided),
        post: actor.may_post(parties, Posting::HostsSpending),
        close_period: actor.may_close_period(parties),
        release_period: actor.may_release_period(parties),
        post_own_spending: actor.may_post(parties, Posting::SpentBy { partner: own }),
        post_journal: actor.may_post(parties, Posting::HostsBooks),
        carry_forward: actor.may_post(parties, Posting::HostsBooks),
        propose_virement: actor.may_propose_movement(parties),
        roll_forward_year: actor.may_propose_movement(parties),
        save_forecast: actor.may_save_forecast(parties),
        save_return: actor.may_save_return(parties),
        state_accounting_treatment: actor.may_state_treatment(parties, own),
    }
}
