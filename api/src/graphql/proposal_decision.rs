//! Deciding on proposals.

use async_graphql::{Context, ID, InputObject, Object, Result};

use super::{decision::DecisionInput, node::Kind, proposal::Proposal, request::Asked};
use crate::{
    payload,
    service::{
        Refusal,
        proposal::{self, Approval, Ending, NewInterest},
    },
};

/// Proposals, decided on.
#[derive(Default)]
pub struct ProposalDecisionMutation;

/// An organisation's approval of a proposal.
#[derive(Clone, Debug, InputObject)]
pub struct ApproveProposalInput {
    /// The proposal.
    pub proposal: ID,
    /// Who decided.
    pub decision: DecisionInput,
    /// Why, at most 1,000 characters, if that is to be said.
    pub reason: Option<String>,
    /// True to check and compute everything and write nothing.
    #[graphql(default)]
    pub dry_run: bool,
}

/// An organisation's refusal of a proposal.
#[derive(Clone, Debug, InputObject)]
pub struct RefuseProposalInput {
    /// The proposal.
    pub proposal: ID,
    /// Why, 1 to 1,000 characters.
    pub reason: String,
    /// Who decided, where some body did.
    pub decision: Option<DecisionInput>,
    /// True to check and compute everything and write nothing.
    #[graphql(default)]
    pub dry_run: bool,
}

/// That what was proposed is taken back.
#[derive(Clone, Debug, InputObject)]
pub struct WithdrawProposalInput {
    /// The proposal.
    pub proposal: ID,
    /// Why, 1 to 1,000 characters.
    pub reason: String,
    /// True to check and compute everything and write nothing.
    #[graphql(default)]
    pub dry_run: bool,
}

/// What you have at stake in a proposal.
#[derive(Clone, Debug, InputObject)]
pub struct DeclareInterestInput {
    /// The proposal.
    pub proposal: ID,
    /// What is at stake, 1 to 2,000 characters; never the name of a person.
    pub description: String,
    /// True to check and compute everything and write nothing.
    #[graphql(default)]
    pub dry_run: bool,
}

payload!(
    /// What came of deciding on a proposal.
    ProposalDecisionPayload {
        /// The proposal as it stands now; null when it was refused.
        proposal: Proposal
    }
);

#[Object]
impl ProposalDecisionMutation {
    /// Approves a proposal for the organisation that you act as. The last approval that it needs
    /// applies it. Needs the role FINANCE or APPROVER, of a change of the agreement COMMISSIONER or
    /// APPROVER; whoever proposed it or declared an interest in it decides nothing about it.
    async fn approve_proposal(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The approval.")] input: ApproveProposalInput,
    ) -> Result<ProposalDecisionPayload> {
        let viewer = ctx.viewer()?;
        let dry_run = input.dry_run;
        let done = match input.read() {
            Ok(new) => proposal::approve(ctx.database()?, viewer, dry_run, new).await,
            Err(refusal) => Err(refusal.into()),
        };
        ctx.request()?.after_write().await;
        ProposalDecisionPayload::answer(done, Proposal::from)
    }

    /// Refuses a proposal for the organisation that you act as, which ends it. Needs what approving
    /// it needs.
    async fn refuse_proposal(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The refusal.")] input: RefuseProposalInput,
    ) -> Result<ProposalDecisionPayload> {
        let viewer = ctx.viewer()?;
        let dry_run = input.dry_run;
        let done = match input.read() {
            Ok(new) => proposal::refuse(ctx.database()?, viewer, dry_run, new).await,
            Err(refusal) => Err(refusal.into()),
        };
        ctx.request()?.after_write().await;
        ProposalDecisionPayload::answer(done, Proposal::from)
    }

    /// Takes back what the organisation that you act as has proposed, while it is open. Needs the
    /// role that proposes such things.
    async fn withdraw_proposal(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The withdrawal.")] input: WithdrawProposalInput,
    ) -> Result<ProposalDecisionPayload> {
        let viewer = ctx.viewer()?;
        let dry_run = input.dry_run;
        let done = match input.read() {
            Ok(new) => proposal::withdraw(ctx.database()?, viewer, dry_run, new).await,
            Err(refusal) => Err(refusal.into()),
        };
        ctx.request()?.after_write().await;
        ProposalDecisionPayload::answer(done, Proposal::from)
    }

    /// Declares what you have at stake in a proposal, before you have decided on it. From then on
    /// you decide nothing about it; your colleagues may. Needs an account, and a role that decides.
    async fn declare_interest(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The interest.")] input: DeclareInterestInput,
    ) -> Result<ProposalDecisionPayload> {
        let viewer = ctx.viewer()?;
        let dry_run = input.dry_run;
        let done = match input.read() {
            Ok(new) => proposal::declare_interest(ctx.database()?, viewer, dry_run, new).await,
            Err(refusal) => Err(refusal.into()),
        };
        ctx.request()?.after_write().await;
        ProposalDecisionPayload::answer(done, Proposal::from)
    }
}

type Read<T> = std::result::Result<T, Refusal>;

impl ApproveProposalInput {
    fn read(self) -> Read<Approval> {
        Ok(Approval {
            proposal: Kind::Proposal.read(&self.proposal, "proposal")?,
            decision: self.decision.read("decision")?,
            reason: self.reason,
        })
    }
}

impl RefuseProposalInput {
    fn read(self) -> Read<Ending> {
        Ok(Ending {
            proposal: Kind::Proposal.read(&self.proposal, "proposal")?,
            reason: self.reason,
            decision: self.decision.map(|decision| decision.read("decision")).transpose()?,
        })
    }
}

impl WithdrawProposalInput {
    fn read(self) -> Read<Ending> {
        Ok(Ending {
            proposal: Kind::Proposal.read(&self.proposal, "proposal")?,
            reason: self.reason,
            decision: None,
        })
    }
}

impl DeclareInterestInput {
    fn read(self) -> Read<NewInterest> {
        Ok(NewInterest {
            proposal: Kind::Proposal.read(&self.proposal, "proposal")?,
            description: self.description,
        })
    }
}
