//! Listing proposals.

use async_graphql::{Context, InputObject, Object, Result};
use entities::proposal;
use uuid::Uuid;

use super::{
    loaders::Loading,
    nested::NestedPage,
    paging::{Page, PageArguments},
    proposal::{Proposal, ProposalConnection, ProposalState},
    proposal_loaders::ProposalsOf,
    request::{Asked, fault},
};
use crate::{
    access::Seen,
    database::Cut,
    service::proposal::{self as service, Listing, place},
};

/// Proposals, listed.
#[derive(Default)]
pub struct ProposalQuery;

/// Which proposals are wanted. All that is given must hold.
#[derive(Clone, Debug, Default, InputObject)]
pub struct ProposalWhere {
    /// It stands in one of these states today, at most 5.
    pub state: Option<Vec<ProposalState>>,
    /// True for those that are open and wait for a decision of the organisation that you act as;
    /// false for all others.
    pub awaiting_me: Option<bool>,
}

#[Object]
impl ProposalQuery {
    /// The proposals of the agreements that you are host or partner of, the latest first.
    async fn proposals(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Which are wanted.", name = "where")] wanted: Option<ProposalWhere>,
        #[graphql(desc = "How many from the start, at most 100.")] first: Option<i32>,
        #[graphql(desc = "The cursor after which to begin.")] after: Option<String>,
        #[graphql(desc = "How many from the end, at most 100.")] last: Option<i32>,
        #[graphql(desc = "The cursor before which to end.")] before: Option<String>,
    ) -> Result<ProposalConnection> {
        let viewer = ctx.viewer()?;
        let request = ctx.request()?;
        let wanted = wanted.unwrap_or_default();
        let states = |states: Vec<ProposalState>| states.into_iter().map(Into::into).collect();
        let listing = Listing { states: wanted.state.map(states), awaiting_me: wanted.awaiting_me };
        let bound = format!("{listing:?}");
        let list = request.cursors.list(viewer.organisation, "proposals", "", &bound);
        let page = PageArguments::of(first, after, last, before).request(&list)?;
        let snapshot = request.snapshot().await?;
        let connection = snapshot.connection();
        let cut = service::list(connection, viewer, &listing, &page).await.map_err(fault)?;
        let total = if ctx.look_ahead().field("totalCount").exists() {
            Some(service::count(connection, viewer, &listing).await.map_err(fault)?)
        } else {
            None
        };
        let place = |seen: &Seen<proposal::Model>| place(&seen.row);
        Ok(ProposalConnection(Page::new(cut, &list, place).of_total(total).map(Proposal::from)))
    }
}

/// A page of an agreement's proposals, the latest first.
pub(super) async fn of_agreement(
    ctx: &Context<'_>,
    agreement: Uuid,
    arguments: &PageArguments,
) -> Result<ProposalConnection> {
    let viewer = ctx.viewer()?.organisation;
    let list = ctx.request()?.cursors.list(viewer, "proposals", "", &agreement.to_string());
    let page = arguments.request(&list)?;
    let wanted = ProposalsOf(NestedPage::new(ctx, agreement, page, ()));
    let loaded = ctx.loaders()?.load_one(wanted).await?;
    let (cut, total) = loaded.unwrap_or_else(|| (Cut::empty(), None));
    let place = |seen: &Seen<proposal::Model>| place(&seen.row);
    Ok(ProposalConnection(Page::new(cut, &list, place).of_total(total).map(Proposal::from)))
}
