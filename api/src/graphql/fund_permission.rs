//! What a viewer may do in a fund (rule V3).

use async_graphql::SimpleObject;

use super::withheld::Permission;
use crate::service::fund::Permissions;

/// What you may do in a fund.
#[derive(Clone, Debug, SimpleObject)]
pub struct PooledFundPermissions {
    /// Changing its record.
    pub update: Permission,
    /// Planning and varying contributions of your own organisation.
    pub plan_contribution: Permission,
    /// Setting up schemes, their budgets and funding splits.
    pub create_scheme: Permission,
    /// Recording movements of budget that a body has decided.
    pub move_budget: Permission,
    /// Posting to the host's books.
    pub post: Permission,
    /// Closing periods.
    pub close_period: Permission,
    /// Releasing periods to the partners.
    pub release_period: Permission,
    /// Posting what your own organisation spent itself.
    pub post_own_spending: Permission,
    /// Posting journals to the host's books.
    pub post_journal: Permission,
    /// Carrying what a closed year left into the next.
    pub carry_forward: Permission,
    /// Proposing movements of budget.
    pub propose_virement: Permission,
    /// Rolling a year forward: proposing the next one.
    pub roll_forward_year: Permission,
    /// Drafting forecasts.
    pub save_forecast: Permission,
    /// Drafting returns.
    pub save_return: Permission,
    /// Stating how your own organisation accounts for its share.
    pub state_accounting_treatment: Permission,
}

impl From<Permissions> for PooledFundPermissions {
    fn from(may: Permissions) -> Self {
        Self {
            update: may.update.into(),
            plan_contribution: may.plan_contribution.into(),
            create_scheme: may.create_scheme.into(),
            move_budget: may.move_budget.into(),
            post: may.post.into(),
            close_period: may.close_period.into(),
            release_period: may.release_period.into(),
            post_own_spending: may.post_own_spending.into(),
            post_journal: may.post_journal.into(),
            carry_forward: may.carry_forward.into(),
            propose_virement: may.propose_virement.into(),
            roll_forward_year: may.roll_forward_year.into(),
            save_forecast: may.save_forecast.into(),
            save_return: may.save_return.into(),
            state_accounting_treatment: may.state_accounting_treatment.into(),
        }
    }
}
