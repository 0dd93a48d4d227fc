//! Proposing what needs approvals, and setting above how much a posting does.

use async_graphql::{Context, ID, InputObject, Object, OneofObject, Result};

use super::{
    agreement::PartnershipAgreement,
    agreement_mutation::UpdatePartnershipAgreementInput,
    movement::BudgetMovementKind,
    movement_mutation::{MovedContributionInput, MovedSchemeInput},
    node::Kind,
    proposal::Proposal,
    proposed_seat::ProposeTeamMembershipInput,
    request::Asked,
    scalars::{Date, FinancialYear, Money},
    transaction_input::{
        PostJournalInput, RecordAdjustmentInput, RecordExpenditureInput, adjustment, journal,
        spending,
    },
};
use crate::{
    payload,
    service::{
        Refusal, Stopped,
        contribution::Variation,
        decision::Decision,
        movement::NewMovement,
        posting_limit::{self, NewLimit},
        proposal::{self, Content, NewProposal},
    },
};

/// Proposals, made.
#[derive(Default)]
pub struct ProposalMutation;

/// A movement of budget that needs approvals.
#[derive(Clone, Debug, InputObject)]
pub struct ProposeVirementInput {
    /// The fund.
    pub fund: ID,
    /// The year whose budgets change.
    pub financial_year: FinancialYear,
    /// Between schemes, or in or out of the pool.
    #[graphql(default_with = "BudgetMovementKind::Virement")]
    pub kind: BudgetMovementKind,
    /// Why, 1 to 1,000 characters.
    pub reason: String,
    /// From when it counts once it is applied, in the year.
    pub effective_on: Date,
    /// What it adds to the budgets of schemes, at most 100. Of a virement the amounts sum to zero.
    pub schemes: Vec<MovedSchemeInput>,
    /// What it adds to contributions, the same in sum; none of a virement.
    #[graphql(default)]
    pub contributions: Vec<MovedContributionInput>,
    /// The last day on which it can be decided, at most 366 days from today.
    pub expires_on: Date,
    /// The caller's own key: the same key and content answer with the first result.
    pub idempotency_key: String,
    /// True to check and compute everything and write nothing.
    #[graphql(default)]
    pub dry_run: bool,
}

/// A variation of a contribution that needs approvals.
#[derive(Clone, Debug, InputObject)]
pub struct ProposeContributionVariationInput {
    /// The contribution.
    pub contribution: ID,
    /// Its version as you read it, when it must not have changed when the proposal is applied.
    pub expected_version: Option<i32>,
    /// The amount added, in pounds; negative when the contribution is lowered.
    pub amount: Money,
    /// From when it counts once it is applied, in the contribution's year.
    pub effective_on: Date,
    /// Why, 1 to 1,000 characters.
    pub reason: String,
    /// The last day on which it can be decided, at most 366 days from today.
    pub expires_on: Date,
    /// The caller's own key: the same key and content answer with the first result.
    pub idempotency_key: String,
    /// True to check and compute everything and write nothing.
    #[graphql(default)]
    pub dry_run: bool,
}

/// The posting that is proposed. Its own key and dry run do not matter: those of the proposal do.
#[derive(Clone, Debug, OneofObject)]
pub enum ProposedPostingInput {
    /// Money spent on a scheme.
    Expenditure(RecordExpenditureInput),
    /// A correction of what was spent.
    Adjustment(RecordAdjustmentInput),
    /// Entries chosen by the host.
    Journal(PostJournalInput),
}

/// A posting that needs an approval.
#[derive(Clone, Debug, InputObject)]
pub struct ProposePostingInput {
    /// The posting.
    pub posting: ProposedPostingInput,
    /// The last day on which it can be decided, at most 366 days from today.
    pub expires_on: Date,
    /// The caller's own key: the same key and content answer with the first result.
    pub idempotency_key: String,
    /// True to check and compute everything and write nothing.
    #[graphql(default)]
    pub dry_run: bool,
}

/// A change of the agreement that needs every partner's approval.
#[derive(Clone, Debug, InputObject)]
pub struct ProposeAgreementChangeInput {
    /// The change. Its own dry run does not matter: that of the proposal does.
    pub change: UpdatePartnershipAgreementInput,
    /// The last day on which it can be decided, at most 366 days from today.
    pub expires_on: Date,
    /// The caller's own key: the same key and content answer with the first result.
    pub idempotency_key: String,
    /// True to check and compute everything and write nothing.
    #[graphql(default)]
    pub dry_run: bool,
}

/// Above how much a posting needs an approval.
#[derive(Clone, Debug, InputObject)]
pub struct SetPostingLimitInput {
    /// The agreement.
    pub agreement: ID,
    /// The most that is posted without an approval, in pounds; null lifts the limit.
    pub amount: Option<Money>,
    /// The first day on which it holds; not in the past.
    pub starts_on: Date,
    /// True to check and compute everything and write nothing.
    #[graphql(default)]
    pub dry_run: bool,
}

payload!(
    /// What came of proposing something.
    ProposalPayload {
        /// The proposal; null when it was refused.
        proposal: Proposal
    }
);
payload!(
    /// What came of setting a limit of postings.
    SetPostingLimitPayload {
        /// The agreement; null when it was refused.
        agreement: PartnershipAgreement
    }
);

impl ProposalPayload {
    /// What came of proposing something elsewhere.
    pub(super) fn of(done: std::result::Result<Proposal, Stopped>) -> Result<Self> {
        Self::answer(done, |proposal| proposal)
    }
}

#[Object]
impl ProposalMutation {
    /// Proposes to move budget between schemes, or in or out of the pool. Every affected partner
    /// approves it, and the host. Needs the role FINANCE of the host or of a partner.
    async fn propose_virement(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The movement.")] input: ProposeVirementInput,
    ) -> Result<ProposalPayload> {
        let dry_run = input.dry_run;
        propose(ctx, dry_run, ("", input.read())).await
    }

    /// Proposes to vary a contribution. The partner that puts it in approves it. Needs the role
    /// FINANCE of that partner, or of the host.
    async fn propose_contribution_variation(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The variation.")] input: ProposeContributionVariationInput,
    ) -> Result<ProposalPayload> {
        let dry_run = input.dry_run;
        propose(ctx, dry_run, ("", input.read())).await
    }

    /// Proposes a posting, such as one above the agreement's limit. The host approves it: by its
    /// APPROVER when it proposed what is above the limit. Needs what posting it needs.
    async fn propose_posting(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The posting.")] input: ProposePostingInput,
    ) -> Result<ProposalPayload> {
        let dry_run = input.dry_run;
        let path = match &input.posting {
            ProposedPostingInput::Expenditure(_) => "posting.expenditure",
            ProposedPostingInput::Adjustment(_) => "posting.adjustment",
            ProposedPostingInput::Journal(_) => "posting.journal",
        };
        propose(ctx, dry_run, (path, input.read())).await
    }

    /// Proposes to change an agreement. Every partner approves it. Needs the role COMMISSIONER of a
    /// partner.
    async fn propose_agreement_change(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The change.")] input: ProposeAgreementChangeInput,
    ) -> Result<ProposalPayload> {
        let dry_run = input.dry_run;
        propose(ctx, dry_run, ("change", input.read())).await
    }

    /// Proposes that somebody of another partner's staff sits on a team. The employer's ADMIN
    /// approves it. Needs the role COMMISSIONER of a partner; your own staff you seat by
    /// `addTeamMember`.
    async fn propose_team_membership(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Whom, where and for how long.")] input: ProposeTeamMembershipInput,
    ) -> Result<ProposalPayload> {
        let dry_run = input.dry_run;
        propose(ctx, dry_run, ("", input.read(ctx.viewer()?))).await
    }

    /// Sets above how much spending, a correction of it or a journal needs an approval, by
    /// `proposePosting` (rule M13). Needs the role COMMISSIONER of the host.
    async fn set_posting_limit(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The limit.")] input: SetPostingLimitInput,
    ) -> Result<SetPostingLimitPayload> {
        let viewer = ctx.viewer()?;
        let dry_run = input.dry_run;
        let done = match input.read() {
            Ok(new) => posting_limit::set(ctx.database()?, viewer, dry_run, new).await,
            Err(refusal) => Err(refusal.into()),
        };
        ctx.request()?.after_write().await;
        SetPostingLimitPayload::answer(done, PartnershipAgreement)
    }
}

type Read<T> = std::result::Result<T, Refusal>;

async fn propose(
    ctx: &Context<'_>,
    dry_run: bool,
    (path, read): (&str, Read<NewProposal>),
) -> Result<ProposalPayload> {
    let viewer = ctx.viewer()?;
    let done = match read {
        Ok(new) => proposal::propose(ctx.database()?, viewer, dry_run, new).await,
        Err(refusal) => Err(refusal.into()),
    };
    ctx.request()?.after_write().await;
    ProposalPayload::answer(done.map_err(|stopped| within(path, stopped)), Proposal::from)
}

impl ProposeVirementInput {
    fn read(self) -> Read<NewProposal> {
        let schemes = self.schemes.into_iter().enumerate();
        let contributions = self.contributions.into_iter().enumerate();
        let content = Content::Movement(NewMovement {
            fund: Kind::Fund.read(&self.fund, "fund")?,
            year: self.financial_year.year("financialYear")?,
            kind: self.kind.into(),
            reason: self.reason,
            decision: Decision::default(),
            effective_on: self.effective_on.day("effectiveOn")?,
            schemes: schemes.map(MovedSchemeInput::read).collect::<Read<_>>()?,
            contributions: contributions.map(MovedContributionInput::read).collect::<Read<_>>()?,
            idempotency_key: String::new(),
        });
        let expires_on = self.expires_on.day("expiresOn")?;
        Ok(NewProposal { content, expires_on, idempotency_key: self.idempotency_key })
    }
}

impl ProposeContributionVariationInput {
    fn read(self) -> Read<NewProposal> {
        let content = Content::Variation(Variation {
            contribution: Kind::Contribution.read(&self.contribution, "contribution")?,
            expected_version: self.expected_version,
            amount: self.amount.pence("amount")?,
            effective_on: self.effective_on.day("effectiveOn")?,
            reason: self.reason,
            decision: Decision::default(),
            idempotency_key: String::new(),
        });
        let expires_on = self.expires_on.day("expiresOn")?;
        Ok(NewProposal { content, expires_on, idempotency_key: self.idempotency_key })
    }
}

impl ProposePostingInput {
    fn read(self) -> Read<NewProposal> {
        let content = match self.posting {
            ProposedPostingInput::Expenditure(input) => Content::Expenditure(spending(input)?),
            ProposedPostingInput::Adjustment(input) => Content::Adjustment(adjustment(input)?),
            ProposedPostingInput::Journal(input) => Content::Journal(journal(input)?),
        };
        let expires_on = self.expires_on.day("expiresOn")?;
        Ok(NewProposal { content, expires_on, idempotency_key: self.idempotency_key })
    }
}

impl ProposeAgreementChangeInput {
    fn read(self) -> Read<NewProposal> {
        let content = Content::AgreementChange(self.change.read()?);
        let expires_on = self.expires_on.day("expiresOn")?;
        Ok(NewProposal { content, expires_on, idempotency_key: self.idempotency_key })
    }
}

impl SetPostingLimitInput {
    fn read(self) -> Read<NewLimit> {
        Ok(NewLimit {
            agreement: Kind::Agreement.read(&self.agreement, "agreement")?,
            amount: self.amount.map(|amount| amount.pence("amount")).transpose()?,
            starts_on: self.starts_on.day("startsOn")?,
        })
    }
}

/// A refusal of what stands at `path` of the input.
fn within(path: &str, stopped: Stopped) -> Stopped {
    let own = ["expiresOn", "idempotencyKey"];
    match stopped {
        Stopped::Refused(mut refusal)
            if !path.is_empty() && !refusal.path.iter().any(|field| own.contains(&&**field)) =>
        {
            refusal.path.splice(0..0, path.split('.').map(str::to_owned));
            Stopped::Refused(refusal)
        }
        other => other,
    }
}
