//! What is told as it happens. A resolver answers the one event of its turn, if the viewer may be told
//! of it: each is executed afresh, as a query is.

use std::sync::Arc;

use async_graphql::{Context, Error, ErrorExtensions, ID, Result, Subscription};
use futures_util::{Stream, stream};

use super::{
    contract::Contract,
    contract_loaders::ContractById,
    fund::PooledFund,
    fund_loaders::FundById,
    loaders::Loading,
    node::Kind,
    proposal::Proposal,
    proposal_loaders::ProposalById,
    request::{Asked, fault},
};
use crate::service::{
    contract::At,
    subscription::{self as service, Event, Followed, Turn},
};

/// What is told as it happens, over a socket or as an event stream.
#[derive(Default)]
pub struct Root;

/// What is told as it happens.
#[Subscription(name = "Subscription")]
impl Root {
    /// The fund as it is when you subscribe, and then whenever what you select of it is another than it
    /// was, for what others and you do to it. Several changes that follow each other closely are told
    /// once. It ends with the error NOT_FOUND when you do not see the fund, or not any more.
    async fn fund_position_changed(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The fund's identity.")] fund: ID,
    ) -> Result<impl Stream<Item = PooledFund>> {
        ctx.viewer()?;
        let id = Kind::Fund.read(&fund, "fund").map_err(|_| not_found())?;
        let seen = ctx.loaders()?.load_one(FundById(id)).await?.ok_or_else(not_found)?;
        let followed = Followed::Fund { fund: id, agreement: seen.row.agreement_id };
        // Its beginning is told too: by that everybody knows what is another.
        let _ = begun(ctx, followed)?;
        Ok(stream::iter([PooledFund(seen)]))
    }

    /// A contract, whenever something of it changes in a group of fields that you read all of, by
    /// whomever: who reads a summary or its own part only is told nothing. Several changes that follow
    /// each other closely are told once. Of one contract it ends with the error NOT_FOUND when you do
    /// not see it, or not any more.
    async fn contract_changed(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The contract's identity; all that you see unless said.")]
        contract: Option<ID>,
    ) -> Result<impl Stream<Item = Contract>> {
        let viewer = ctx.viewer()?;
        let at = At { as_of: None, known_at: None };
        let Some(contract) = contract else {
            let Some(event) = begun(ctx, Followed::Contracts)? else { return Ok(told(None)) };
            let seen = ctx.loaders()?.load_one(ContractById(event.object, at)).await?;
            let snapshot = ctx.request()?.snapshot().await?;
            let is_told = service::is_told(snapshot.connection(), viewer, &event.changes).await;
            let is_told = is_told.map_err(fault)?;
            return Ok(told(seen.filter(|_| is_told).map(Contract)));
        };
        let id = Kind::Contract.read(&contract, "contract").map_err(|_| not_found())?;
        let seen = ctx.loaders()?.load_one(ContractById(id, at)).await?.ok_or_else(not_found)?;
        let Some(event) = begun(ctx, Followed::Contract(id))? else { return Ok(told(None)) };
        let snapshot = ctx.request()?.snapshot().await?;
        let is_told = service::is_told(snapshot.connection(), viewer, &event.changes).await;
        Ok(told(is_told.map_err(fault)?.then_some(Contract(seen))))
    }

    /// A proposal that was made and waits for a decision of the organisation that you act as.
    async fn approval_requested(&self, ctx: &Context<'_>) -> Result<impl Stream<Item = Proposal>> {
        let viewer = ctx.viewer()?;
        let Some(event) = begun(ctx, Followed::Approvals)? else { return Ok(told(None)) };
        let snapshot = ctx.request()?.snapshot().await?;
        let is_requested = service::is_requested(snapshot.connection(), viewer, &event).await;
        if !is_requested.map_err(fault)? {
            return Ok(told(None));
        }
        let seen = ctx.loaders()?.load_one(ProposalById(event.object)).await?;
        Ok(told(seen.map(Proposal::from)))
    }
}

fn told<T>(event: Option<T>) -> impl Stream<Item = T> {
    stream::iter(event)
}

/// Says what is followed, and answers the event of this turn; none at the beginning.
fn begun(ctx: &Context<'_>, followed: Followed) -> Result<Option<Event>> {
    let turn = ctx.data::<Arc<Turn>>()?;
    let _ = turn.followed.set(followed);
    Ok(turn.event.clone())
}

/// What is hidden and what does not exist answer the same (rule V1).
fn not_found() -> Error {
    Error::new("there is none with this id, or you do not see it: nothing more will be told of it")
        .extend_with(|_, extensions| extensions.set("code", "NOT_FOUND"))
}
