//! Outside identities: whom another issuer's tokens mean.

use async_graphql::{Context, ID, InputObject, Object, Result};
use entities::outside_identity as row;

use super::{
    node::Kind,
    paging::{Page, PageArguments},
    request::{Asked, fault},
    scalars::DateTime,
};
use crate::{
    connection, payload,
    service::outside_identity::{self, NewLink},
};

/// That an outside issuer means an account by a subject, where it acts as one organisation.
#[derive(Clone)]
pub struct OutsideIdentity(pub row::Model);

/// That an outside issuer means an account by a subject, where it acts as one organisation. Seen by
/// the organisation's ADMIN.
#[Object]
impl OutsideIdentity {
    /// Its global identity.
    async fn id(&self) -> ID {
        Kind::OutsideIdentity.id(self.0.id)
    }

    /// The account that is meant.
    async fn account(&self) -> ID {
        Kind::Account.id(self.0.account_id)
    }

    /// The issuer, as its tokens name it (`iss`).
    async fn issuer(&self) -> &str {
        &self.0.issuer
    }

    /// What the issuer calls whom it means.
    async fn subject(&self) -> &str {
        &self.0.subject
    }

    /// When it was recorded.
    async fn linked_at(&self) -> DateTime {
        self.0.linked_at.into()
    }

    /// When it was ended; null while it is good.
    async fn ended_at(&self) -> Option<DateTime> {
        self.0.ended_at.map(DateTime::from)
    }
}

connection!(
    OutsideIdentityConnection,
    OutsideIdentityEdge,
    OutsideIdentity,
    "the outside identities that are linked to members of an organisation"
);

/// An outside identity to be linked.
#[derive(InputObject)]
pub struct LinkOutsideIdentityInput {
    /// The account's id, of a member of the organisation acted as. Its owner reads it from
    /// `viewer { user { id } }`.
    pub account: ID,
    /// The issuer, exactly as its tokens name it (`iss`), in 1 to 255 characters.
    pub issuer: String,
    /// What the issuer calls whom it means, in 1 to 255 characters.
    pub subject: String,
    /// Checks everything and writes nothing.
    #[graphql(default)]
    pub dry_run: bool,
}

/// A link to be ended.
#[derive(InputObject)]
pub struct EndOutsideIdentityInput {
    /// The link's id.
    pub outside_identity: ID,
    /// Checks everything and writes nothing.
    #[graphql(default)]
    pub dry_run: bool,
}

payload! {
    /// The outcome of linking an outside identity.
    LinkOutsideIdentityPayload {
        /// The link; null when it was not recorded.
        outside_identity: OutsideIdentity
    }
}

payload! {
    /// The outcome of ending a link.
    EndOutsideIdentityPayload {
        /// The link; null when it was not ended.
        outside_identity: OutsideIdentity
    }
}

/// Outside identities, looked up.
#[derive(Default)]
pub struct OutsideIdentityQuery;

#[Object]
impl OutsideIdentityQuery {
    /// The outside identities that are linked to members of the organisation acted as, those that were
    /// ended too, oldest first. For its ADMIN; empty for everybody else.
    async fn outside_identities(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "How many from the start, at most 100.")] first: Option<i32>,
        #[graphql(desc = "The cursor after which to begin.")] after: Option<String>,
        #[graphql(desc = "How many from the end, at most 100.")] last: Option<i32>,
        #[graphql(desc = "The cursor before which to end.")] before: Option<String>,
    ) -> Result<OutsideIdentityConnection> {
        let (viewer, request) = (ctx.viewer()?, ctx.request()?);
        let list = request.cursors.list(viewer.holder(), "outside identities", "", "");
        let page = PageArguments::of(first, after, last, before).request(&list)?;
        let snapshot = request.snapshot().await?;
        let connection = snapshot.connection();
        let cut = outside_identity::list(connection, viewer, &page).await.map_err(fault)?;
        let total = if ctx.look_ahead().field("totalCount").exists() {
            Some(outside_identity::count(connection, viewer).await.map_err(fault)?)
        } else {
            None
        };
        let page = Page::new(cut, &list, outside_identity::place).of_total(total);
        Ok(OutsideIdentityConnection(page.map(OutsideIdentity)))
    }
}

/// What is done to them.
#[derive(Default)]
pub struct OutsideIdentityMutation;

#[Object]
impl OutsideIdentityMutation {
    /// Records that a subject of an outside issuer means a member of the organisation acted as: its
    /// tokens then speak for that account, as this organisation only, in the roles held there. For
    /// its ADMIN.
    async fn link_outside_identity(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Whom the issuer means, and how.")] input: LinkOutsideIdentityInput,
    ) -> Result<LinkOutsideIdentityPayload> {
        let viewer = ctx.viewer()?;
        let LinkOutsideIdentityInput { account, issuer, subject, dry_run } = input;
        let linked = match Kind::Account.read(&account, "account") {
            Ok(account) => {
                let new = NewLink { account, issuer, subject };
                outside_identity::link(ctx.database()?, viewer, &new, dry_run).await
            }
            Err(refusal) => Err(refusal.into()),
        };
        LinkOutsideIdentityPayload::answer(linked, OutsideIdentity)
    }

    /// Ends a link of the organisation acted as: the subject's tokens are refused at once. For its
    /// ADMIN.
    async fn end_outside_identity(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Which link.")] input: EndOutsideIdentityInput,
    ) -> Result<EndOutsideIdentityPayload> {
        let viewer = ctx.viewer()?;
        let ended = match Kind::OutsideIdentity.read(&input.outside_identity, "outsideIdentity") {
            Ok(id) => outside_identity::end(ctx.database()?, viewer, id, input.dry_run).await,
            Err(refusal) => Err(refusal.into()),
        };
        EndOutsideIdentityPayload::answer(ended, OutsideIdentity)
    }
}
