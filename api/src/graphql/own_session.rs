//! The caller's own sessions: seen, ended, and the password behind them changed.

use async_graphql::{Context, ID, InputObject, Object, Result};

use super::{
    node::Kind,
    organisation::Organisation,
    paging::{Page, PageArguments},
    request::{Asked, fault},
    scalars::DateTime,
    session::door,
};
use crate::{
    connection, payload,
    service::session::{self, NewPassword, Own},
};

/// A session of the caller's own that has not ended.
#[derive(Clone)]
pub struct OwnSession(Own);

/// A session of the caller's own that has not ended.
#[Object]
impl OwnSession {
    /// Its global identity.
    async fn id(&self) -> ID {
        Kind::Session.id(self.0.row.id)
    }

    /// When it was begun.
    async fn started_at(&self) -> DateTime {
        self.0.row.started_at.into()
    }

    /// When it was begun or last refreshed, which a client that is used does each quarter of an
    /// hour.
    async fn last_used_at(&self) -> DateTime {
        self.0.last_used_at.into()
    }

    /// The organisation that it acts as.
    async fn acting_as(&self) -> Organisation {
        Organisation(self.0.acting_as.clone())
    }

    /// The joint commissioning team that it acts as; null when the organisation itself is.
    async fn team(&self) -> Option<ID> {
        self.0.row.team_id.map(|team| Kind::Team.id(team))
    }

    /// True of the session that asks.
    async fn is_current(&self, ctx: &Context<'_>) -> Result<bool> {
        Ok(ctx.viewer()?.session == Some(self.0.row.id))
    }
}

connection!(OwnSessionConnection, OwnSessionEdge, OwnSession, "the caller's own sessions");

/// A session to be ended.
#[derive(InputObject)]
pub struct EndSessionInput {
    /// The session's id.
    pub session: ID,
}

/// A password to be changed.
#[derive(InputObject)]
pub struct ChangePasswordInput {
    /// The password that is in force.
    #[graphql(secret)]
    pub current_password: String,
    /// The password that is to be: at least 12 characters, at most 256 bytes.
    #[graphql(secret)]
    pub new_password: String,
}

payload! {
    /// The outcome of ending a session.
    EndSessionPayload {
        /// True when it has ended; null when it was refused.
        ended: bool
    }
}

payload! {
    /// The outcome of ending all sessions.
    EndAllSessionsPayload {
        /// True when they have ended; null when it was refused.
        ended: bool
    }
}

payload! {
    /// The outcome of changing a password.
    ChangePasswordPayload {
        /// True when it was changed; null when it was refused.
        changed: bool
    }
}

/// The caller's own sessions, looked up.
#[derive(Default)]
pub struct OwnSessionQuery;

#[Object]
impl OwnSessionQuery {
    /// The caller's own sessions that have not ended, the latest first. Nobody else sees them, and
    /// of a token without a session there are none.
    async fn sessions(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "How many from the start, at most 100.")] first: Option<i32>,
        #[graphql(desc = "The cursor after which to begin.")] after: Option<String>,
        #[graphql(desc = "How many from the end, at most 100.")] last: Option<i32>,
        #[graphql(desc = "The cursor before which to end.")] before: Option<String>,
    ) -> Result<OwnSessionConnection> {
        let (viewer, request) = (ctx.viewer()?, ctx.request()?);
        let whose = viewer.account.unwrap_or(viewer.organisation);
        let list = request.cursors.list(whose, "sessions", "", "");
        let page = PageArguments::of(first, after, last, before).request(&list)?;
        let snapshot = request.snapshot().await?;
        let now = request.database.clock().now();
        let (cut, total) =
            session::list(snapshot.connection(), viewer, now, &page).await.map_err(fault)?;
        let page = Page::new(cut, &list, |own| vec![own.row.id.into()]).of_total(Some(total));
        Ok(OwnSessionConnection(page.map(OwnSession)))
    }
}

/// What somebody does to sessions of their own.
#[derive(Default)]
pub struct OwnSessionMutation;

#[Object]
impl OwnSessionMutation {
    /// Ends one of the caller's own sessions: none of its tokens is good any more.
    async fn end_session(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Which session.")] input: EndSessionInput,
    ) -> Result<EndSessionPayload> {
        let viewer = ctx.viewer()?;
        let ended = match Kind::Session.read(&input.session, "session") {
            Ok(id) => session::end_own(ctx.database()?, viewer, id).await,
            Err(refusal) => Err(refusal.into()),
        };
        EndSessionPayload::answer(ended, |()| true)
    }

    /// Ends every session of the caller, this one too.
    async fn end_all_sessions(&self, ctx: &Context<'_>) -> Result<EndAllSessionsPayload> {
        let ended = session::end_all(ctx.database()?, ctx.viewer()?).await;
        EndAllSessionsPayload::answer(ended, |()| true)
    }

    /// Changes the caller's password, and ends the caller's other sessions.
    async fn change_password(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The password that is, and the one that is to be.")]
        input: ChangePasswordInput,
    ) -> Result<ChangePasswordPayload> {
        let ChangePasswordInput { current_password: current, new_password: new } = input;
        let change = NewPassword { current, new };
        let changed = session::change_password(door(ctx)?, ctx.viewer()?, change).await;
        ChangePasswordPayload::answer(changed, |()| true)
    }
}
