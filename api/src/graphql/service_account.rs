//! Service accounts: programs that act for an organisation, within scopes.

use async_graphql::{Context, Enum, ID, Object, Result};
use entities::service_account as row;

use super::{
    loaders::Loading,
    node::Kind,
    paging::{Page, PageArguments},
    request::{Asked, fault},
    scalars::DateTime,
    service_account_key::{KeysOf, ServiceAccountKey},
};
use crate::{connection, service::service_account};

/// What a service account may do. A scope narrows the organisation's view and never widens it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Enum)]
#[graphql(remote = "row::ServiceScope")]
pub enum ServiceScope {
    /// Reads what the organisation may see; every service account may.
    Read,
    /// Plans and receives contributions, posts to the ledger, closes periods.
    RecordMoney,
    /// Sets up funds and schemes, commits budgets and drafts forecasts.
    Plan,
    /// Records agreements and their parties.
    AgreeTerms,
}

/// A program that acts for an organisation, within scopes.
#[derive(Clone)]
pub struct ServiceAccount(pub row::Model);

/// A program that acts for an organisation, within scopes. Seen by the organisation's ADMIN and by
/// itself.
#[Object]
impl ServiceAccount {
    /// Its global identity; the only name under which it appears in the record.
    async fn id(&self) -> ID {
        Kind::ServiceAccount.id(self.0.id)
    }

    /// What its administrators call it.
    async fn name(&self) -> &str {
        &self.0.name
    }

    /// What it may do.
    async fn scopes(&self) -> Vec<ServiceScope> {
        row::ServiceScope::read(&self.0.scopes).into_iter().map(ServiceScope::from).collect()
    }

    /// When it was made.
    async fn created_at(&self) -> DateTime {
        self.0.created_at.into()
    }

    /// When it was shut out; null while it may act.
    async fn disabled_at(&self) -> Option<DateTime> {
        self.0.disabled_at.map(DateTime::from)
    }

    /// Its keys that are neither revoked nor expired, at most ten, oldest first. For the
    /// organisation's ADMIN; empty for everybody else.
    async fn keys(&self, ctx: &Context<'_>) -> Result<Vec<ServiceAccountKey>> {
        let keys = ctx.loaders()?.load_one(KeysOf(self.0.id)).await?.unwrap_or_default();
        Ok(keys.into_iter().map(ServiceAccountKey).collect())
    }
}

connection!(
    ServiceAccountConnection,
    ServiceAccountEdge,
    ServiceAccount,
    "the service accounts of an organisation"
);

/// Service accounts, looked up.
#[derive(Default)]
pub struct ServiceAccountQuery;

#[Object]
impl ServiceAccountQuery {
    /// The service accounts of the organisation acted as, those shut out too, oldest first. For its
    /// ADMIN; empty for everybody else.
    async fn service_accounts(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "How many from the start, at most 100.")] first: Option<i32>,
        #[graphql(desc = "The cursor after which to begin.")] after: Option<String>,
        #[graphql(desc = "How many from the end, at most 100.")] last: Option<i32>,
        #[graphql(desc = "The cursor before which to end.")] before: Option<String>,
    ) -> Result<ServiceAccountConnection> {
        let (viewer, request) = (ctx.viewer()?, ctx.request()?);
        let list = request.cursors.list(viewer.holder(), "service accounts", "", "");
        let page = PageArguments::of(first, after, last, before).request(&list)?;
        let snapshot = request.snapshot().await?;
        let connection = snapshot.connection();
        let cut = service_account::list(connection, viewer, &page).await.map_err(fault)?;
        let total = if ctx.look_ahead().field("totalCount").exists() {
            Some(service_account::count(connection, viewer).await.map_err(fault)?)
        } else {
            None
        };
        let page = Page::new(cut, &list, service_account::place).of_total(total);
        Ok(ServiceAccountConnection(page.map(ServiceAccount)))
    }
}
