//! Who holds contracts or sells in their supply chains.

use async_graphql::{Context, Object, Result};

use super::{
    organisation::Organisation,
    paging::{PageArguments, page_of},
    request::{Asked, fault, stopped},
    supply_chain::whole,
};
use crate::{
    connection,
    service::{
        Code, Refusal,
        contract::{self as service, Supplier},
    },
};

/// Who holds contracts or sells in their supply chains, asked.
#[derive(Default)]
pub struct ContractSupplierQuery;

/// An organisation that holds contracts or sells in their supply chains, of those that you see.
#[derive(Clone, Copy, Debug)]
pub struct ContractSupplier(Supplier);

connection!(
    ContractSupplierConnection,
    ContractSupplierEdge,
    ContractSupplier,
    "organisations that hold contracts or sell in their supply chains, of those that you see"
);

/// An organisation that holds contracts or sells in their supply chains, of those that you see.
#[Object]
impl ContractSupplier {
    /// The organisation.
    async fn organisation(&self, ctx: &Context<'_>) -> Result<Organisation> {
        Organisation::referred(ctx, self.0.organisation).await
    }

    /// On how many contracts it is: that it holds, alone or with others, or in whose supply chain it
    /// sells; each counts once.
    async fn contracts(&self) -> i32 {
        whole(self.0.contracts)
    }

    /// How many of them it holds, alone or with others.
    async fn holds(&self) -> i32 {
        whole(self.0.holds)
    }

    /// In the supply chains of how many of them it sells, of the subcontracts that you see, that have
    /// not ended and were not refused.
    async fn sells(&self) -> i32 {
        whole(self.0.sells)
    }
}

#[Object]
impl ContractSupplierQuery {
    /// The organisations that hold contracts, alone or with others, or sell in their supply chains, of
    /// those contracts and subcontracts that you see; of contracts that were awarded and have not
    /// ended. Those that are on most contracts first.
    async fn contract_suppliers(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "On how many contracts at least: 2 for those on several.", default = 1)]
        at_least: i32,
        #[graphql(desc = "How many from the start, at most 100.")] first: Option<i32>,
        #[graphql(desc = "The cursor after which to begin.")] after: Option<String>,
        #[graphql(desc = "How many from the end, at most 100.")] last: Option<i32>,
        #[graphql(desc = "The cursor before which to end.")] before: Option<String>,
    ) -> Result<ContractSupplierConnection> {
        let (viewer, request) = (ctx.viewer()?, ctx.request()?);
        let Ok(least @ 1..) = usize::try_from(at_least) else {
            let refusal = Refusal::new(Code::InvalidValue, "say 1 contract or more");
            return Err(stopped(refusal.at("atLeast").into()));
        };
        let snapshot = request.snapshot().await?;
        let found =
            service::suppliers(snapshot.connection(), viewer, least).await.map_err(fault)?;
        let of = at_least.to_string();
        let list = request.cursors.list(viewer.holder(), "contractSuppliers", "", &of);
        let arguments = PageArguments::of(first, after, last, before);
        let page = page_of(&found, &arguments, &list, |it| it.organisation.to_string())?;
        Ok(ContractSupplierConnection(page.map(ContractSupplier)))
    }
}
