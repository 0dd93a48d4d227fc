//! Proposals, and what was decided about them.

use std::sync::Arc;

use async_graphql::{Context, Enum, ID, Object, Result, SimpleObject};
use domain::policy::approval::State;
use entities::{interest, proposal, proposal_decision as decision};

use super::{
    agreement::PartnershipAgreement,
    contribution::Contribution,
    decision::Decision,
    fund::PooledFund,
    loaders::Loading,
    membership::Role,
    node::Kind,
    organisation::Organisation,
    proposal_loaders::RecordedOf,
    proposed_seat::ProposedSeat,
    request::{Asked, fault},
    roll_forward::YearRollForward,
    scalars::{Date, DateTime, Money},
    withheld::Permission,
};
use crate::{
    access::Seen,
    connection,
    service::{
        movement::ContributionLine,
        proposal::{Content, Recorded, Told, permissions, shown},
    },
};

/// What a proposal proposes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Enum)]
#[graphql(remote = "proposal::ProposalKind")]
pub enum ProposalKind {
    /// A movement of budget between schemes, or in or out of the pool.
    Virement,
    /// A variation of a contribution.
    ContributionVariation,
    /// A posting into the books.
    Posting,
    /// A change of the agreement.
    AgreementChange,
    /// A seat on a joint commissioning team for another organisation's staff.
    TeamMembership,
    /// How over- and underspend is shared.
    RiskShare,
    /// The schemes and contributions of the next year, rolled forward.
    YearRollForward,
}

/// Where a proposal stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Enum)]
#[graphql(remote = "State")]
pub enum ProposalState {
    /// It waits for approvals.
    Open,
    /// Everybody whose approval it needs approved it, and it was applied.
    Applied,
    /// Somebody whose approval it needs refused it.
    Refused,
    /// Its proposer took it back.
    Withdrawn,
    /// Its last day passed before everybody had approved it.
    Expired,
}

/// What an organisation decides about a proposal.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Enum)]
#[graphql(remote = "decision::Verdict")]
pub enum ProposalVerdict {
    /// It approves it.
    Approved,
    /// It refuses it, which ends it.
    Refused,
    /// It takes back what it proposed.
    Withdrawn,
}

/// Something that is applied once everybody whose approval it needs has approved it (rules M13, G1).
/// The host and the partners of the agreement see it; for everybody else it does not exist.
#[derive(Clone, Debug)]
pub struct Proposal {
    seen: Seen<proposal::Model>,
    /// What is recorded about it, where that was read with it.
    recorded: Option<Arc<Recorded>>,
}

/// Who proposed something. Whoever sees the proposal sees it.
#[derive(Clone, Debug)]
pub struct Proposer {
    organisation: uuid::Uuid,
    account: Option<uuid::Uuid>,
}

/// What a proposal adds to one scheme's budget. Whoever sees the proposal sees it.
#[derive(Clone, Debug, SimpleObject)]
pub struct ProposedSchemeAmount {
    /// The scheme's identity.
    pub scheme: ID,
    /// The amount, in pounds; negative when the budget is lowered.
    pub amount: Money,
}

/// What a proposal adds to what one partner puts in. Whoever sees the proposal sees it.
#[derive(Clone, Debug)]
pub struct ProposedContributionAmount(ContributionLine);

/// An organisation whose approval a proposal needs. Whoever sees the proposal sees it.
#[derive(Clone, Debug)]
pub struct ProposalNeed {
    organisation: uuid::Uuid,
    successor: Option<uuid::Uuid>,
    role: Option<Role>,
    decision: Option<ProposalDecision>,
}

/// What an organisation decided about a proposal. Whoever sees the proposal sees it.
#[derive(Clone, Debug)]
pub struct ProposalDecision {
    row: decision::Model,
    interests: Vec<DeclaredInterest>,
}

/// What somebody has at stake in a proposal (rule G3). Whoever sees the proposal sees it.
#[derive(Clone, Debug)]
pub struct DeclaredInterest(interest::Model);

/// What the viewer may do to a proposal.
#[derive(Clone, Debug, SimpleObject)]
pub struct ProposalActions {
    /// Approve it.
    pub approve: Permission,
    /// Refuse it.
    pub refuse: Permission,
    /// Withdraw it.
    pub withdraw: Permission,
    /// Declare an interest in it.
    pub declare_interest: Permission,
}

connection!(
    ProposalConnection,
    ProposalEdge,
    Proposal,
    "proposals, which the agreement's host and partners see"
);

impl From<Seen<proposal::Model>> for Proposal {
    fn from(seen: Seen<proposal::Model>) -> Self {
        Self { seen, recorded: None }
    }
}

impl From<Told> for Proposal {
    fn from(told: Told) -> Self {
        Self { seen: told.seen, recorded: Some(Arc::new(told.recorded)) }
    }
}

impl Proposal {
    async fn recorded(&self, ctx: &Context<'_>) -> Result<Recorded> {
        if let Some(recorded) = &self.recorded {
            return Ok(Recorded::clone(recorded));
        }
        let found = ctx.loaders()?.load_one(RecordedOf(self.seen.row.id)).await?;
        found.ok_or_else(|| fault(format_args!("no proposal {}", self.seen.row.id)))
    }

    fn shown(&self) -> Option<Content> {
        shown(&self.seen.row)
    }
}

/// Something that is applied once everybody whose approval it needs has approved it (rules M13, G1).
/// The host and the partners of the agreement see it; for everybody else it does not exist.
#[Object]
impl Proposal {
    /// The identity, opaque and lasting.
    pub(crate) async fn id(&self) -> ID {
        Kind::Proposal.id(self.seen.row.id)
    }

    /// What it proposes.
    async fn kind(&self) -> ProposalKind {
        self.seen.row.kind.into()
    }

    /// Where it stands today.
    async fn state(&self, ctx: &Context<'_>) -> Result<ProposalState> {
        let today = ctx.viewer()?.today;
        Ok(self.recorded(ctx).await?.facts().state(today).into())
    }

    /// The agreement whose partners it is about.
    async fn agreement(&self, ctx: &Context<'_>) -> Result<Option<PartnershipAgreement>> {
        PartnershipAgreement::load(ctx, self.seen.row.agreement_id).await
    }

    /// The fund; null of a change of the agreement, and of a seat on a team.
    async fn fund(&self, ctx: &Context<'_>) -> Result<Option<PooledFund>> {
        match self.seen.row.fund_id {
            Some(fund) => PooledFund::load(ctx, fund).await,
            None => Ok(None),
        }
    }

    /// Who proposed it.
    async fn proposed_by(&self) -> Proposer {
        Proposer {
            organisation: self.seen.row.proposed_as_id,
            account: self.seen.row.proposed_by_id,
        }
    }

    /// When it was proposed.
    async fn proposed_at(&self) -> DateTime {
        self.seen.row.proposed_at.into()
    }

    /// The last day on which it can be decided.
    async fn expires_on(&self) -> Date {
        self.seen.row.expires_on.into()
    }

    /// What is applied, byte for byte, as JSON; identities in it are UUIDs.
    async fn content(&self) -> &str {
        &self.seen.row.content
    }

    /// How much money it is about, in pounds and never negative; null of a change of terms, and of a
    /// seat on a team.
    async fn amount(&self) -> Option<Money> {
        self.shown()?.amount().map(Money::from)
    }

    /// What it adds to the budgets of schemes, at most 100.
    async fn schemes(&self) -> Vec<ProposedSchemeAmount> {
        let content = self.shown();
        let lines = content.iter().flat_map(Content::schemes);
        lines
            .map(|line| ProposedSchemeAmount {
                scheme: Kind::Scheme.id(line.scheme),
                amount: line.amount.into(),
            })
            .collect()
    }

    /// What a movement adds to contributions, at most 100.
    async fn contributions(&self) -> Vec<ProposedContributionAmount> {
        let content = self.shown();
        let lines = content.iter().flat_map(Content::contributions);
        lines.cloned().map(ProposedContributionAmount).collect()
    }

    /// The contribution that it varies; null of everything else.
    async fn varied_contribution(&self, ctx: &Context<'_>) -> Result<Option<Contribution>> {
        match self.shown().and_then(|content| content.varies()) {
            Some(contribution) => Contribution::load(ctx, contribution).await,
            None => Ok(None),
        }
    }

    /// The seat on a team that it gives; null of everything else.
    async fn team_seat(&self) -> Option<ProposedSeat> {
        self.shown()?.seat().map(ProposedSeat::from)
    }

    /// The year that it rolls forward; null of everything else.
    async fn roll_forward(&self) -> Option<YearRollForward> {
        self.shown()?.roll_forward().cloned().map(YearRollForward)
    }

    /// Whose approvals it needs, at most 51, fixed when it was proposed.
    async fn needs(&self, ctx: &Context<'_>) -> Result<Vec<ProposalNeed>> {
        let (recorded, today) = (self.recorded(ctx).await?, ctx.viewer()?.today);
        let heir = |closed| recorded.heirs.stands_for(closed, today).filter(|heir| *heir != closed);
        let need = |need: &entities::proposal_need::Model| ProposalNeed {
            organisation: need.organisation_id,
            successor: heir(need.organisation_id),
            role: need.role.map(Role::from),
            decision: recorded.decision_on(need).map(|row| ProposalDecision::of(&recorded, row)),
        };
        Ok(recorded.needs.iter().map(need).collect())
    }

    /// What was decided about it, the earliest first; at most 52, and those of successors.
    async fn decisions(&self, ctx: &Context<'_>) -> Result<Vec<ProposalDecision>> {
        let recorded = self.recorded(ctx).await?;
        let decision = |row: &decision::Model| ProposalDecision::of(&recorded, row);
        Ok(recorded.decisions.iter().map(decision).collect())
    }

    /// The interests that were declared in it, the earliest first.
    async fn interests(&self, ctx: &Context<'_>) -> Result<Vec<DeclaredInterest>> {
        Ok(self.recorded(ctx).await?.interests.into_iter().map(DeclaredInterest).collect())
    }

    /// When it was applied; null until then.
    async fn applied_at(&self, ctx: &Context<'_>) -> Result<Option<DateTime>> {
        Ok(self.recorded(ctx).await?.application.map(|applied| applied.applied_at.into()))
    }

    /// The identity of what came of it: a movement of budget, a contribution, a transaction, an
    /// agreement, a seat or a fund, by its kind; null until it is applied.
    async fn result(&self, ctx: &Context<'_>) -> Result<Option<ID>> {
        use proposal::ProposalKind as Of;
        let kind = match self.seen.row.kind {
            Of::Virement => Kind::Movement,
            Of::ContributionVariation => Kind::Contribution,
            Of::Posting => Kind::Transaction,
            Of::AgreementChange => Kind::Agreement,
            Of::TeamMembership => Kind::TeamMember,
            Of::RiskShare => Kind::RiskShare,
            Of::YearRollForward => Kind::Fund,
        };
        Ok(self.recorded(ctx).await?.application.map(|applied| kind.id(applied.result_id)))
    }

    /// What you may do to it, by the same decisions that guard the doing.
    async fn viewer_can(&self, ctx: &Context<'_>) -> Result<ProposalActions> {
        let may = permissions(ctx.viewer()?, &self.recorded(ctx).await?);
        Ok(ProposalActions {
            approve: may.approve.into(),
            refuse: may.refuse.into(),
            withdraw: may.withdraw.into(),
            declare_interest: may.declare_interest.into(),
        })
    }
}

/// Who proposed something. Whoever sees the proposal sees it.
#[Object]
impl Proposer {
    /// The organisation.
    async fn organisation(&self, ctx: &Context<'_>) -> Result<Organisation> {
        Organisation::referred(ctx, self.organisation).await
    }

    /// The account's identity; null of a token made by the operator.
    async fn account(&self) -> Option<ID> {
        self.account.map(|account| Kind::Account.id(account))
    }
}

/// What a proposal adds to what one partner puts in. Whoever sees the proposal sees it.
#[Object]
impl ProposedContributionAmount {
    /// The partner.
    async fn partner(&self, ctx: &Context<'_>) -> Result<Organisation> {
        Organisation::referred(ctx, self.0.partner).await
    }

    /// The code of the funding source.
    async fn source_code(&self) -> &str {
        &self.0.source_code
    }

    /// The amount, in pounds; negative when the contribution is lowered.
    async fn amount(&self) -> Money {
        self.0.amount.into()
    }
}

/// An organisation whose approval a proposal needs. Whoever sees the proposal sees it.
#[Object]
impl ProposalNeed {
    /// The organisation.
    async fn organisation(&self, ctx: &Context<'_>) -> Result<Organisation> {
        Organisation::referred(ctx, self.organisation).await
    }

    /// The organisation that decides in its place today, because it has closed (rule G5); null while
    /// it decides itself, and while none of several successors is named.
    async fn successor(&self, ctx: &Context<'_>) -> Result<Option<Organisation>> {
        match self.successor {
            Some(heir) => Organisation::referred(ctx, heir).await.map(Some),
            None => Ok(None),
        }
    }

    /// The role that has to decide: APPROVER above the agreement's limit, of the proposer's own
    /// organisation; null where every role that approves such things will do.
    async fn role(&self) -> Option<Role> {
        self.role
    }

    /// What it decided, or its successor in its place; null until then.
    async fn decision(&self) -> Option<ProposalDecision> {
        self.decision.clone()
    }
}

impl ProposalDecision {
    fn of(recorded: &Recorded, row: &decision::Model) -> Self {
        let interests = recorded.interests_at(row).cloned().map(DeclaredInterest).collect();
        Self { row: row.clone(), interests }
    }
}

/// What an organisation decided about a proposal. Whoever sees the proposal sees it.
#[Object]
impl ProposalDecision {
    /// The organisation.
    async fn organisation(&self, ctx: &Context<'_>) -> Result<Organisation> {
        Organisation::referred(ctx, self.row.organisation_id).await
    }

    /// The account that recorded the decision; null of a token made by the operator.
    async fn account(&self) -> Option<ID> {
        self.row.account_id.map(|account| Kind::Account.id(account))
    }

    /// What it decided.
    async fn verdict(&self) -> ProposalVerdict {
        self.row.verdict.into()
    }

    /// Why; null where nothing was said.
    async fn reason(&self) -> Option<&str> {
        self.row.reason.as_deref()
    }

    /// Who decided, when, and where it is minuted (rule G4); always there of an approval.
    async fn decision(&self) -> Option<Decision> {
        let decided_on = self.row.decided_on?;
        Some(Decision {
            deciding_body: self.row.deciding_body.clone()?,
            decided_on: decided_on.into(),
            minute_reference: self.row.minute_reference.clone()?,
        })
    }

    /// When it was recorded, which may be later than it was decided.
    async fn known_at(&self) -> DateTime {
        self.row.known_at.into()
    }

    /// The interests that stood when it was taken (rule G3).
    async fn interests(&self) -> Vec<DeclaredInterest> {
        self.interests.clone()
    }
}

/// What somebody has at stake in a proposal (rule G3). Whoever sees the proposal sees it.
#[Object]
impl DeclaredInterest {
    /// The account, which decides nothing about the proposal.
    async fn account(&self) -> ID {
        Kind::Account.id(self.0.account_id)
    }

    /// The organisation that it acted as.
    async fn organisation(&self, ctx: &Context<'_>) -> Result<Organisation> {
        Organisation::referred(ctx, self.0.organisation_id).await
    }

    /// What is at stake.
    async fn description(&self) -> &str {
        &self.0.description
    }

    /// When it was declared.
    async fn declared_at(&self) -> DateTime {
        self.0.declared_at.into()
    }
}
