//! The delegated budgets that somebody holds, and what it was paid from others'.

use async_graphql::{Context, Object, Result};

use super::{
    delegated_budget::{DelegatedBudget, DelegatedBudgetConnection},
    delegated_spending::{DelegatedSpending, DelegatedSpendingConnection},
    paging::{PageArguments, page_of},
    request::{Asked, fault},
};
use crate::service::delegated_budget as service;

/// Delegated budgets, asked by who holds them and by who is paid.
#[derive(Default)]
pub struct DelegatedBudgetQuery;

#[Object]
impl DelegatedBudgetQuery {
    /// The delegated budgets that your own organisation holds, in the order of recording. Those of a
    /// contract: `contract { delegation }`.
    async fn delegated_budgets(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "How many from the start, at most 100.")] first: Option<i32>,
        #[graphql(desc = "The cursor after which to begin.")] after: Option<String>,
        #[graphql(desc = "How many from the end, at most 100.")] last: Option<i32>,
        #[graphql(desc = "The cursor before which to end.")] before: Option<String>,
    ) -> Result<DelegatedBudgetConnection> {
        let (viewer, request) = (ctx.viewer()?, ctx.request()?);
        let snapshot = request.snapshot().await?;
        let held = service::held(snapshot.connection(), viewer).await.map_err(fault)?;
        let held: Vec<DelegatedBudget> = held.into_iter().map(DelegatedBudget::from).collect();
        let list = request.cursors.list(viewer.holder(), "delegatedBudgets", "", "");
        let arguments = PageArguments::of(first, after, last, before);
        let page = page_of(&held, &arguments, &list, |it| it.0.0.seen.row.id.to_string())?;
        Ok(DelegatedBudgetConnection(page))
    }

    /// What your own organisation was paid from delegated budgets, in the order of recording, and what
    /// of that was taken back.
    async fn delegated_payments(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "How many from the start, at most 100.")] first: Option<i32>,
        #[graphql(desc = "The cursor after which to begin.")] after: Option<String>,
        #[graphql(desc = "How many from the end, at most 100.")] last: Option<i32>,
        #[graphql(desc = "The cursor before which to end.")] before: Option<String>,
    ) -> Result<DelegatedSpendingConnection> {
        let (viewer, request) = (ctx.viewer()?, ctx.request()?);
        let snapshot = request.snapshot().await?;
        let paid = service::paid(snapshot.connection(), viewer).await.map_err(fault)?;
        let list = request.cursors.list(viewer.holder(), "delegatedPayments", "", "");
        let arguments = PageArguments::of(first, after, last, before);
        let page = page_of(&paid, &arguments, &list, |it| it.row.id.to_string())?;
        Ok(DelegatedSpendingConnection(page.map(DelegatedSpending)))
    }
}
