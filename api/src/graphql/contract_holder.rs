//! Who holds contracts.

use async_graphql::{Context, Object, Result};
use uuid::Uuid;

use super::{
    costs::{COMPUTED, cost},
    organisation::Organisation,
    paging::{PageArguments, page_of},
    request::{Asked, fault, stopped},
    supply_chain::whole,
};
use crate::{
    connection,
    service::{Code, Refusal, contract as service},
};

/// Who holds contracts, asked.
#[derive(Default)]
pub struct ContractHolderQuery;

/// An organisation that holds contracts, of those that you see.
#[derive(Clone, Copy, Debug)]
pub struct ContractHolder((Uuid, usize));

connection!(
    ContractHolderConnection,
    ContractHolderEdge,
    ContractHolder,
    "organisations that hold contracts, of those that you see"
);

/// An organisation that holds contracts, of those that you see.
#[Object]
impl ContractHolder {
    /// The organisation.
    async fn organisation(&self, ctx: &Context<'_>) -> Result<Organisation> {
        Organisation::referred(ctx, self.0.0).await
    }

    /// How many contracts it holds, alone or with others.
    async fn contracts(&self) -> i32 {
        whole(self.0.1)
    }
}

#[Object]
impl ContractHolderQuery {
    /// The organisations that hold contracts, alone or with others, of those that you see, that were
    /// awarded and have not ended; those that hold most first.
    #[graphql(directive = cost::apply(COMPUTED))]
    async fn contract_holders(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "On how many contracts at least: 2 for those on several.", default = 1)]
        at_least: i32,
        #[graphql(desc = "How many from the start, at most 100.")] first: Option<i32>,
        #[graphql(desc = "The cursor after which to begin.")] after: Option<String>,
        #[graphql(desc = "How many from the end, at most 100.")] last: Option<i32>,
        #[graphql(desc = "The cursor before which to end.")] before: Option<String>,
    ) -> Result<ContractHolderConnection> {
        let (viewer, request) = (ctx.viewer()?, ctx.request()?);
        let Ok(least @ 1..) = usize::try_from(at_least) else {
            let refusal = Refusal::new(Code::InvalidValue, "say 1 contract or more");
            return Err(stopped(refusal.at("atLeast").into()));
        };
        let snapshot = request.snapshot().await?;
        let found = service::holders(snapshot.connection(), viewer, least).await.map_err(fault)?;
        let of = at_least.to_string();
        let list = request.cursors.list(viewer.holder(), "contractHolders", "", &of);
        let arguments = PageArguments::of(first, after, last, before);
        let page = page_of(&found, &arguments, &list, |it| it.0.to_string())?;
        Ok(ContractHolderConnection(page.map(ContractHolder)))
    }
}
