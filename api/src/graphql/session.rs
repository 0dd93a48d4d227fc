//! Signing in, staying signed in, acting as another organisation, signing out.

use std::sync::Arc;

use async_graphql::{Context, ID, InputObject, Object, SimpleObject};
use uuid::Uuid;

use super::{
    node::{self, Kind},
    organisation::Organisation,
    request::Asked,
    scalars::DateTime,
};
use crate::{
    auth::{Keys, Network, attempts::Attempts},
    payload,
    service::{
        Refusal,
        acting_as::Named,
        session::{self, Door, Issued, SignIn},
    },
};

/// What somebody who signed in holds.
#[derive(SimpleObject)]
pub struct Session {
    /// What is sent with each request, as `Authorization: Bearer …`.
    pub access_token: String,
    /// When the access token ends, a quarter of an hour after it was given.
    pub expires_at: DateTime,
    /// What is exchanged once, by `refreshSession`, for the next pair; null when the refresh token
    /// given before stays good.
    pub refresh_token: Option<String>,
    /// When the refresh token ends; null when none was given.
    pub refresh_expires_at: Option<DateTime>,
    /// The organisation that the access token acts as.
    pub acting_as: Organisation,
    /// The joint commissioning team that it acts as; null when the organisation itself is.
    pub team: Option<ID>,
}

/// Who signs in.
#[derive(InputObject)]
pub struct SignInInput {
    /// The account's email address.
    pub email: String,
    /// Its password.
    #[graphql(secret)]
    pub password: String,
    /// The organisation to act as: its id, or a code such as `QHM` or `GB-NHS:QHM`. When left out,
    /// the one of the account's oldest membership that is in force.
    pub acting_as: Option<ID>,
    /// The joint commissioning team to act as, on which the account sits through that
    /// organisation; none to act as the organisation itself.
    pub team: Option<ID>,
}

/// A session to be kept alive.
#[derive(InputObject)]
pub struct RefreshSessionInput {
    /// The latest refresh token. It can be used once: a second use ends the session.
    #[graphql(secret)]
    pub refresh_token: String,
}

/// Whom to act for.
#[derive(InputObject)]
pub struct SwitchActingAsInput {
    /// The organisation to act as: its id, or a code such as `QHM` or `GB-NHS:QHM`.
    pub organisation: ID,
    /// The joint commissioning team to act as, on which the account sits through that
    /// organisation; none to act as the organisation itself.
    pub team: Option<ID>,
}

payload! {
    /// The outcome of signing in.
    SignInPayload {
        /// The new session; null when signing in failed.
        session: Session
    }
}

payload! {
    /// The outcome of refreshing a session.
    RefreshSessionPayload {
        /// The session with its next pair of tokens; null when it has ended.
        session: Session
    }
}

payload! {
    /// The outcome of acting as another organisation.
    SwitchActingAsPayload {
        /// The session with an access token for the other organisation; null when refused.
        session: Session
    }
}

payload! {
    /// The outcome of signing out.
    SignOutPayload {
        /// True when the session has ended; null when it was refused.
        signed_out: bool
    }
}

/// What concerns sessions.
#[derive(Default)]
pub struct SessionMutation;

#[Object]
impl SessionMutation {
    /// Begins a session. Needs no token. After too many attempts that failed, on one address or from
    /// one network, it is refused for a while, whether an account has the address or not.
    async fn sign_in(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Who signs in, and for whom.")] input: SignInInput,
    ) -> async_graphql::Result<SignInPayload> {
        let SignInInput { email, password, acting_as, team } = input;
        let signed_in = match team_named(team.as_ref()) {
            Ok(team) => {
                let acting_as = acting_as.as_ref().map(named);
                session::sign_in(door(ctx)?, SignIn { email, password, acting_as, team }).await
            }
            Err(refusal) => Err(refusal.into()),
        };
        SignInPayload::answer(signed_in, Session::from)
    }

    /// Exchanges a refresh token for the next pair of tokens. Needs no access token.
    async fn refresh_session(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The session's refresh token.")] input: RefreshSessionInput,
    ) -> async_graphql::Result<RefreshSessionPayload> {
        let refreshed = session::refresh(door(ctx)?, &input.refresh_token).await;
        RefreshSessionPayload::answer(refreshed, Session::from)
    }

    /// Gives the session an access token for another of the account's organisations, or for a joint
    /// commissioning team on which it sits: then the view is the team's.
    async fn switch_acting_as(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Whom to act for.")] input: SwitchActingAsInput,
    ) -> async_graphql::Result<SwitchActingAsPayload> {
        let other = named(&input.organisation);
        let switched = match team_named(input.team.as_ref()) {
            Ok(team) => {
                let (database, viewer) = (ctx.database()?, ctx.viewer()?);
                session::switch(database, keys(ctx)?, viewer, (&other, team)).await
            }
            Err(refusal) => Err(refusal.into()),
        };
        SwitchActingAsPayload::answer(switched, Session::from)
    }

    /// Ends the session of the access token: none of its tokens is good any more.
    async fn sign_out(&self, ctx: &Context<'_>) -> async_graphql::Result<SignOutPayload> {
        let ended = session::sign_out(ctx.database()?, ctx.viewer()?).await;
        SignOutPayload::answer(ended, |()| true)
    }
}

impl From<Issued> for Session {
    fn from(issued: Issued) -> Self {
        let refresh_expires_at = issued.refresh.as_ref().map(|token| token.expires_at.into());
        Self {
            access_token: issued.access.text,
            expires_at: issued.access.expires_at.into(),
            refresh_token: issued.refresh.map(|token| token.text),
            refresh_expires_at,
            acting_as: Organisation(issued.acting_as),
            team: issued.team.map(|team| Kind::Team.id(team)),
        }
    }
}

/// What lets this request's caller in.
pub(super) fn door<'a>(ctx: &'a Context<'_>) -> async_graphql::Result<Door<'a>> {
    Ok(Door {
        database: ctx.database()?,
        keys: keys(ctx)?,
        attempts: ctx.data::<Arc<Attempts>>()?,
        network: *ctx.data::<Network>()?,
        request: ctx.request()?.id,
    })
}

fn keys<'a>(ctx: &Context<'a>) -> async_graphql::Result<&'a Keys> {
    ctx.data::<Arc<Keys>>().map(|keys| &**keys)
}

fn named(written: &ID) -> Named {
    match node::of(written) {
        Some((Kind::Organisation, id)) => Named::Id(id),
        _ => Named::Code(written.to_string()),
    }
}

fn team_named(written: Option<&ID>) -> Result<Option<Uuid>, Refusal> {
    written.map(|id| Kind::Team.read(id, "team")).transpose()
}
