//! The caller, as the server sees it.

use async_graphql::{Context, Enum, ID, Object, SimpleObject};

use super::{
    membership::{Membership, Role},
    node::Kind,
    organisation::Organisation,
    request::{Asked, fault},
    service_account::ServiceAccount,
};
use crate::{
    auth,
    service::{account, acting_as, membership, service_account},
};

/// What the caller's roles allow, wherever the acting organisation's relation to the thing allows
/// it too.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Enum)]
#[graphql(remote = "auth::Permission")]
pub enum RolePermission {
    /// Reads what the organisation may see.
    Read,
    /// Plans and receives contributions, posts to the ledger, closes periods.
    RecordMoney,
    /// Records agreements and their parties.
    AgreeTerms,
    /// Sets up funds and schemes, commits budgets and drafts forecasts.
    Plan,
    /// Grants and ends memberships of the organisation.
    ManageMembers,
}

/// Somebody who signs in.
#[derive(SimpleObject)]
pub struct Account {
    /// Its global identity; the only name under which people appear in the record.
    pub id: ID,
    /// The address it signs in with.
    pub email: String,
}

/// The caller: who asks, and for whom.
pub struct Viewer(auth::Viewer);

/// The caller: who asks, and for whom.
#[Object]
impl Viewer {
    /// The person's account; null of a service account, and of a token that the operator made or
    /// that a demonstration gave.
    async fn user(&self, ctx: &Context<'_>) -> async_graphql::Result<Option<Account>> {
        let Some(id) = self.0.account else { return Ok(None) };
        let snapshot = ctx.request()?.snapshot().await?;
        let account = account::find(snapshot.connection(), id).await.map_err(fault)?;
        Ok(account.map(|row| Account { id: Kind::Account.id(row.id), email: row.email }))
    }

    /// The service account; null of a person, and of a token that the operator made or that a
    /// demonstration gave.
    async fn service_account(
        &self,
        ctx: &Context<'_>,
    ) -> async_graphql::Result<Option<ServiceAccount>> {
        let snapshot = ctx.request()?.snapshot().await?;
        let own = service_account::own(snapshot.connection(), &self.0).await.map_err(fault)?;
        Ok(own.map(ServiceAccount))
    }

    /// The organisation that the caller acts as: its view is the caller's.
    async fn acting_as(&self, ctx: &Context<'_>) -> async_graphql::Result<Organisation> {
        let snapshot = ctx.request()?.snapshot().await?;
        let named = acting_as::Named::Id(self.0.organisation);
        let found = acting_as::organisation(snapshot.connection(), &named, "").await;
        found.map(Organisation).map_err(fault)
    }

    /// The roles that the caller holds in that organisation now.
    async fn roles(&self) -> Vec<Role> {
        self.0.roles.iter().copied().map(Role::from).collect()
    }

    /// All memberships of the account, past, present and to come, oldest first.
    async fn memberships(&self, ctx: &Context<'_>) -> async_graphql::Result<Vec<Membership>> {
        let snapshot = ctx.request()?.snapshot().await?;
        let held = membership::own(snapshot.connection(), &self.0).await.map_err(fault)?;
        Ok(held.into_iter().map(Membership).collect())
    }

    /// What the roles allow, as far as the scopes of a service account allow it too.
    async fn permissions(&self) -> Vec<RolePermission> {
        self.0.permissions().into_iter().map(RolePermission::from).collect()
    }
}

/// Who asks.
#[derive(Default)]
pub struct ViewerQuery;

#[Object]
impl ViewerQuery {
    /// The caller; null when no access token came with the request.
    async fn viewer(&self, ctx: &Context<'_>) -> async_graphql::Result<Option<Viewer>> {
        Ok(ctx.request()?.viewer.as_deref().cloned().map(Viewer))
    }
}
