//! The caller, as the server sees it.

use async_graphql::{Context, Enum, ID, Object, SimpleObject};

use super::{
    membership::{Membership, Role},
    node::Kind,
    organisation::Organisation,
    request::{Asked, fault},
    scalars::Date,
    service_account::ServiceAccount,
    team::Team,
};
use crate::{
    auth,
    service::{account, acting_as, membership, service_account, team},
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

/// A seat of the caller's own on a joint commissioning team.
#[derive(SimpleObject)]
pub struct TeamSeat {
    /// The team's id, for `switchActingAs`.
    pub team_id: ID,
    /// The team's name.
    pub team_name: String,
    /// The id of the organisation through which the caller sits there.
    pub employer_id: ID,
    /// What the caller may do when it acts as the team.
    pub role: Role,
    /// First day.
    pub starts_on: Date,
    /// Last day; null while no end is known.
    pub ends_on: Option<Date>,
}

impl From<(entities::team_member::Model, entities::team::Model)> for TeamSeat {
    fn from((seat, team): (entities::team_member::Model, entities::team::Model)) -> Self {
        Self {
            team_id: Kind::Team.id(team.id),
            team_name: team.name,
            employer_id: Kind::Organisation.id(seat.employer_id),
            role: seat.role.into(),
            starts_on: seat.starts_on.into(),
            ends_on: seat.ends_on.map(Date::from),
        }
    }
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

    /// The organisation that the caller acts as: its view is the caller's. As a team, the employer
    /// through which the caller sits on it, of whose own things the caller then sees nothing.
    async fn acting_as(&self, ctx: &Context<'_>) -> async_graphql::Result<Organisation> {
        let snapshot = ctx.request()?.snapshot().await?;
        let named = acting_as::Named::Id(self.0.organisation);
        let found = acting_as::organisation(snapshot.connection(), &named, "").await;
        found.map(Organisation).map_err(fault)
    }

    /// The joint commissioning team that the caller acts as: its view is the caller's; null when the
    /// organisation itself is acted as.
    async fn team(&self, ctx: &Context<'_>) -> async_graphql::Result<Option<Team>> {
        match self.0.team {
            Some(team) => Team::load(ctx, team.id).await,
            None => Ok(None),
        }
    }

    /// The organisation that previews this view; null when nobody does, and the view is the caller's
    /// own.
    async fn previewed_by(&self, ctx: &Context<'_>) -> async_graphql::Result<Option<Organisation>> {
        match &self.0.preview {
            Some(preview) => Organisation::referred(ctx, preview.by).await.map(Some),
            None => Ok(None),
        }
    }

    /// The roles that the caller holds in that organisation, or on that team, now.
    async fn roles(&self) -> Vec<Role> {
        self.0.roles.iter().copied().map(Role::from).collect()
    }

    /// All memberships of the account, past, present and to come, oldest first.
    async fn memberships(&self, ctx: &Context<'_>) -> async_graphql::Result<Vec<Membership>> {
        let snapshot = ctx.request()?.snapshot().await?;
        let held = membership::own(snapshot.connection(), &self.0).await.map_err(fault)?;
        Ok(held.into_iter().map(Membership).collect())
    }

    /// All seats of the account on joint commissioning teams, past, present and to come, oldest
    /// first.
    async fn team_seats(&self, ctx: &Context<'_>) -> async_graphql::Result<Vec<TeamSeat>> {
        let snapshot = ctx.request()?.snapshot().await?;
        let seats = team::own_seats(snapshot.connection(), &self.0).await.map_err(fault)?;
        Ok(seats.into_iter().map(TeamSeat::from).collect())
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
