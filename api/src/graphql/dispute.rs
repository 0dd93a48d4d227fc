//! Disputes between partners, and the ladder by which they go.

use async_graphql::{Context, Enum, ID, Object, Result, SimpleObject};
use entities::{dispute_end as end, dispute_rung as rung};
use futures_util::future::try_join_all;
use uuid::Uuid;

use super::{
    agreement_loaders::PartnersOf,
    fund::PooledFund,
    governance_loaders::{DisputesOf, LadderOf},
    loaders::Loading,
    node::Kind,
    organisation::Organisation,
    paging::{PageArguments, page_of},
    request::Asked,
    scalars::{Date, FinancialYear, Money},
    withheld::Permission,
};
use crate::{
    connection,
    service::dispute::{self as service, Disputed},
};

/// Where a dispute stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Enum)]
pub enum DisputeState {
    /// It goes on.
    Open,
    /// The partners agreed, or somebody decided for them.
    Resolved,
    /// Whoever raised it withdrew it.
    Withdrawn,
}

/// A step of the ladder by which disputes go. Whoever reads the agreement's terms of exit sees it.
#[derive(Clone, Debug, SimpleObject)]
pub struct DisputeLadderStep {
    /// Its place, from 1.
    pub number: i32,
    /// Who deals with the dispute there.
    pub name: String,
    /// Within how many days after the step before it, or after the dispute was raised; null where
    /// that is not agreed.
    pub within_days: Option<i32>,
}

/// A step that is to be taken next.
#[derive(Clone, Debug, SimpleObject)]
pub struct DisputeNextStep {
    /// The step of the ladder.
    pub step: DisputeLadderStep,
    /// By when; null where that is not agreed.
    pub due_on: Option<Date>,
}

/// A step that was taken.
#[derive(Clone, Debug, SimpleObject)]
pub struct DisputeStep {
    /// Its place in the ladder.
    pub number: i32,
    /// When it was taken.
    pub taken_on: Date,
    /// What came of it.
    pub outcome: String,
}

/// A dispute between partners of an agreement. Whoever reads the agreement's disputes on the day on
/// which it was raised sees it, with what came of it within the reader's own days.
#[derive(Clone, Debug)]
pub struct Dispute(pub Disputed);

/// What you may do to a dispute.
#[derive(Clone, Debug, SimpleObject)]
pub struct DisputePermissions {
    /// Record what came of it: steps, and that it is resolved.
    pub record: Permission,
    /// Withdraw it.
    pub withdraw: Permission,
}

connection!(DisputeConnection, DisputeEdge, Dispute, "disputes, of those that you see");

impl From<&rung::Model> for DisputeLadderStep {
    fn from(row: &rung::Model) -> Self {
        Self { number: row.number, name: row.name.clone(), within_days: row.within_days }
    }
}

/// A dispute between partners of an agreement. Whoever reads the agreement's disputes on the day on
/// which it was raised sees it, with what came of it within the reader's own days.
#[Object]
impl Dispute {
    /// The identity, opaque and lasting.
    async fn id(&self) -> ID {
        Kind::Dispute.id(self.0.seen.row.id)
    }

    /// The partner that raised it.
    async fn raised_by(&self, ctx: &Context<'_>) -> Result<Organisation> {
        Organisation::referred(ctx, self.0.seen.row.raised_by_id).await
    }

    /// The partners against which it was raised, at most 50.
    async fn against(&self, ctx: &Context<'_>) -> Result<Vec<Organisation>> {
        try_join_all(self.0.against.iter().map(|id| Organisation::referred(ctx, *id))).await
    }

    /// When it was raised.
    async fn raised_on(&self) -> Date {
        self.0.seen.row.raised_on.into()
    }

    /// What it is about.
    async fn matter(&self) -> &str {
        &self.0.seen.row.matter
    }

    /// The fund, when it is about one; null otherwise.
    async fn fund(&self, ctx: &Context<'_>) -> Result<Option<PooledFund>> {
        match self.0.seen.row.fund_id {
            Some(fund) => PooledFund::load(ctx, fund).await,
            None => Ok(None),
        }
    }

    /// The year, when it is about one; null otherwise.
    async fn financial_year(&self) -> Option<FinancialYear> {
        self.0.seen.row.financial_year.map(FinancialYear::from)
    }

    /// The amount, in pounds, when it is about one; null otherwise.
    async fn amount(&self) -> Option<Money> {
        self.0.seen.row.amount_pence.map(Money::from)
    }

    /// The ladder by which it goes: the one that was in use when it was raised.
    async fn ladder(&self) -> Vec<DisputeLadderStep> {
        self.0.rungs.iter().map(DisputeLadderStep::from).collect()
    }

    /// The steps that were taken, in their order.
    async fn steps(&self) -> Vec<DisputeStep> {
        let step = |row: &entities::dispute_step::Model| DisputeStep {
            number: row.number,
            taken_on: row.taken_on.into(),
            outcome: row.outcome.clone(),
        };
        self.0.steps.iter().map(step).collect()
    }

    /// The step that is to be taken next; null after the last, and once it is over.
    async fn next_step(&self) -> Option<DisputeNextStep> {
        let (rung, due_on) = self.0.next()?;
        Some(DisputeNextStep { step: rung.into(), due_on: due_on.map(Date::from) })
    }

    /// Where it stands.
    async fn state(&self) -> DisputeState {
        match self.0.end.as_ref().map(|row| row.kind) {
            None => DisputeState::Open,
            Some(end::DisputeEnd::Resolved) => DisputeState::Resolved,
            Some(end::DisputeEnd::Withdrawn) => DisputeState::Withdrawn,
        }
    }

    /// When it ended; null while it goes on.
    async fn ended_on(&self) -> Option<Date> {
        self.0.end.as_ref().map(|row| row.ended_on.into())
    }

    /// What was agreed, or why it was withdrawn; null while it goes on.
    async fn outcome(&self) -> Option<&str> {
        self.0.end.as_ref().map(|row| row.outcome.as_str())
    }

    /// What you may do to it; whether it can still be done, it says itself.
    async fn viewer_can(&self, ctx: &Context<'_>) -> Result<DisputePermissions> {
        let partnership = ctx.loaders()?.load_one(PartnersOf(self.0.seen.row.agreement_id)).await?;
        let parties = partnership.unwrap_or_default().parties_on(ctx.viewer()?.today);
        let may = service::permissions(ctx.viewer()?, &parties, &self.0);
        Ok(DisputePermissions { record: may.record.into(), withdraw: may.withdraw.into() })
    }
}

/// The disputes under an agreement, the last raised first.
///
/// # Errors
/// A bad page or cursor, or a fault.
pub async fn of_agreement(
    ctx: &Context<'_>,
    agreement: Uuid,
    arguments: &PageArguments,
) -> Result<DisputeConnection> {
    let viewer = ctx.viewer()?.holder();
    let list = ctx.request()?.cursors.list(viewer, "disputes", "", &agreement.to_string());
    let disputes = ctx.loaders()?.load_one(DisputesOf(agreement)).await?.unwrap_or_default();
    let page = page_of(&disputes, arguments, &list, |it| it.seen.row.id.to_string())?;
    Ok(DisputeConnection(page.map(Dispute)))
}

/// The ladder in use of an agreement whose terms of exit the viewer reads.
///
/// # Errors
/// A fault.
pub async fn ladder(ctx: &Context<'_>, agreement: Uuid) -> Result<Vec<DisputeLadderStep>> {
    let rows = ctx.loaders()?.load_one(LadderOf(agreement)).await?.unwrap_or_default();
    Ok(rows.iter().map(DisputeLadderStep::from).collect())
}
