//! What a viewer may do to an agreement (rule V3).

use async_graphql::SimpleObject;

use super::withheld::Permission;
use crate::service::agreement::Permissions;

/// What you may do to an agreement.
#[derive(Clone, Debug, SimpleObject)]
pub struct AgreementPermissions {
    /// Changing its record, and adding and ending partners.
    pub update: Permission,
    /// Appointing organisations, and ending and revoking appointments.
    pub appoint: Permission,
    /// Granting access to regulators and auditors.
    pub grant_access: Permission,
    /// Opening a fund under it.
    pub create_fund: Permission,
    /// Previewing another organisation's view of it.
    pub preview: Permission,
    /// Recording what somebody published about it.
    pub record_published_statement: Permission,
    /// Proposing changes of it.
    pub propose_change: Permission,
    /// Setting above how much a posting needs an approval.
    pub set_posting_limit: Permission,
    /// Recording above which variance a return says why, as a body has decided.
    pub record_narrative_threshold: Permission,
    /// Setting up joint commissioning teams.
    pub create_team: Permission,
    /// Setting what is due under it.
    pub set_due_dates: Permission,
    /// Giving notice for your own organisation.
    pub give_notice: Permission,
    /// Setting the ladder by which disputes go.
    pub set_dispute_ladder: Permission,
    /// Raising a dispute of your own organisation.
    pub raise_dispute: Permission,
    /// Proposing how over- and underspend is shared.
    pub propose_risk_share: Permission,
    /// Recording how over- and underspend is shared, as a body has decided.
    pub record_risk_share: Permission,
    /// Publishing what a body has decided to publish, and withdrawing it.
    pub publish: Permission,
}

impl From<Permissions> for AgreementPermissions {
    fn from(may: Permissions) -> Self {
        Self {
            update: may.update.into(),
            appoint: may.appoint.into(),
            grant_access: may.grant_access.into(),
            create_fund: may.create_fund.into(),
            preview: may.preview.into(),
            record_published_statement: may.record_published_statement.into(),
            propose_change: may.propose_change.into(),
            set_posting_limit: may.set_posting_limit.into(),
            record_narrative_threshold: may.record_narrative_threshold.into(),
            create_team: may.create_team.into(),
            set_due_dates: may.set_due_dates.into(),
            give_notice: may.give_notice.into(),
            set_dispute_ladder: may.set_dispute_ladder.into(),
            raise_dispute: may.raise_dispute.into(),
            propose_risk_share: may.propose_risk_share.into(),
            record_risk_share: may.record_risk_share.into(),
            publish: may.publish.into(),
        }
    }
}
