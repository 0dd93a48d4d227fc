//! Memberships: who holds which role in which organisation.

use async_graphql::{Context, Enum, ID, InputObject, Object};

use super::{
    node::Kind,
    organisation::Organisation,
    request::{Asked, fault},
    scalars::Date,
};
use crate::{
    payload,
    service::{
        Refusal, acting_as,
        membership::{self, Grant, Held},
    },
};

/// What somebody may do inside an organisation. A role narrows the organisation's view and never
/// widens it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Enum)]
#[graphql(remote = "entities::membership::Role")]
pub enum Role {
    /// Grants and ends memberships of the organisation.
    Admin,
    /// Money in and out.
    Finance,
    /// Agreements, schemes, contracts and outcomes.
    Commissioner,
    /// Supply chains and measurements.
    ContractManager,
    /// Approvals up to a limit.
    Approver,
    /// Reads everything of its own organisation, and its trail.
    Auditor,
    /// Reads.
    Viewer,
}

/// A role that an account holds in an organisation, for a time.
pub struct Membership(pub Held);

/// A role that an account holds in an organisation, for a time.
#[Object]
impl Membership {
    /// Its global identity.
    async fn id(&self) -> ID {
        Kind::Membership.id(self.0.0.id)
    }

    /// Where the role is held.
    async fn organisation(&self) -> Organisation {
        Organisation(self.0.1.clone())
    }

    /// The role.
    async fn role(&self) -> Role {
        self.0.0.role.into()
    }

    /// First day on which it is held.
    async fn starts_on(&self) -> Date {
        self.0.0.starts_on.into()
    }

    /// Last day on which it is held; null while no end is known. A membership that ends before it
    /// starts was withdrawn.
    async fn ends_on(&self) -> Option<Date> {
        self.0.0.ends_on.map(Date::from)
    }
}

/// A role to be granted in the organisation acted as.
#[derive(InputObject)]
pub struct GrantMembershipInput {
    /// The account's id. Its owner reads it from `viewer { account { id } }`.
    pub account: ID,
    /// The role.
    pub role: Role,
    /// First day; today when left out.
    pub starts_on: Option<Date>,
    /// Last day; none when left out.
    pub ends_on: Option<Date>,
    /// Checks everything and writes nothing.
    #[graphql(default)]
    pub dry_run: bool,
}

/// A membership to be ended.
#[derive(InputObject)]
pub struct EndMembershipInput {
    /// The membership's id.
    pub membership: ID,
    /// Last day; when left out, the membership ends at once, and yesterday is its last day.
    pub ends_on: Option<Date>,
    /// Checks everything and writes nothing.
    #[graphql(default)]
    pub dry_run: bool,
}

payload! {
    /// The outcome of granting a membership.
    GrantMembershipPayload {
        /// The membership; null when it was not granted.
        membership: Membership
    }
}

payload! {
    /// The outcome of ending a membership.
    EndMembershipPayload {
        /// The membership with its last day; null when it was not ended.
        membership: Membership
    }
}

/// What administrators do.
#[derive(Default)]
pub struct MembershipMutation;

#[Object]
impl MembershipMutation {
    /// Grants a role in the organisation acted as. For its ADMIN.
    async fn grant_membership(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Whom, which role and for how long.")] input: GrantMembershipInput,
    ) -> async_graphql::Result<GrantMembershipPayload> {
        let viewer = ctx.viewer()?;
        let grant = match input.read() {
            Ok(grant) => grant,
            Err(refusal) => return GrantMembershipPayload::answer(Err(refusal.into()), Membership),
        };
        let granted = membership::grant(ctx.database()?, viewer, &grant, input.dry_run).await;
        GrantMembershipPayload::answer(with_organisation(ctx, granted).await?, Membership)
    }

    /// Ends a membership of the organisation acted as. What it allowed is gone at once, for tokens
    /// that were given before too. For its ADMIN.
    async fn end_membership(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Which membership, and its last day.")] input: EndMembershipInput,
    ) -> async_graphql::Result<EndMembershipPayload> {
        let viewer = ctx.viewer()?;
        let read = || -> Result<_, Refusal> {
            let id = Kind::Membership.read(&input.membership, "membership")?;
            Ok((id, input.ends_on.as_ref().map(|day| day.day("endsOn")).transpose()?))
        };
        let (id, last_day) = match read() {
            Ok(read) => read,
            Err(refusal) => return EndMembershipPayload::answer(Err(refusal.into()), Membership),
        };
        let ended = membership::end(ctx.database()?, viewer, id, last_day, input.dry_run).await;
        EndMembershipPayload::answer(with_organisation(ctx, ended).await?, Membership)
    }
}

impl GrantMembershipInput {
    fn read(&self) -> Result<Grant, Refusal> {
        Ok(Grant {
            account: Kind::Account.read(&self.account, "account")?,
            role: self.role.into(),
            starts_on: self.starts_on.as_ref().map(|day| day.day("startsOn")).transpose()?,
            ends_on: self.ends_on.as_ref().map(|day| day.day("endsOn")).transpose()?,
        })
    }
}

/// Administrators act as the organisation whose memberships they change.
async fn with_organisation(
    ctx: &Context<'_>,
    changed: Result<entities::membership::Model, crate::service::Stopped>,
) -> async_graphql::Result<Result<Held, crate::service::Stopped>> {
    let changed = match changed {
        Ok(changed) => changed,
        Err(stopped) => return Ok(Err(stopped)),
    };
    let request = ctx.request()?;
    request.after_write().await;
    let snapshot = request.snapshot().await?;
    let named = acting_as::Named::Id(changed.organisation_id);
    let organisation =
        acting_as::organisation(snapshot.connection(), &named, "").await.map_err(fault)?;
    Ok(Ok((changed, organisation)))
}
