//! Sessions: signing in, staying signed in, acting as another organisation, signing out.

mod own;
mod password;

use std::time::Duration;

use aws_lc_rs::{digest, rand};
use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use domain::policy::decisions::ActingTeam;
use entities::{membership::Role, organisation, refresh_token, session, value::Instant};
use sea_orm::{
    ActiveModelTrait, ActiveValue::Set, ColumnTrait, DbErr, EntityTrait, QueryFilter,
    sea_query::Expr,
};
use uuid::Uuid;

use super::{
    Code, Refusal, Stopped, account as accounts,
    acting_as::{self, Named},
    audit::{self, Act, By, said},
    membership::Held,
};
use crate::{
    access::{membership::of_account, team::seat_of},
    auth::{
        Keys, Network, Viewer,
        attempts::{Attempts, TooMany},
        password as passwords,
        token::{self, LIFETIME, Token},
    },
    database::{Database, Writing},
};

/// How long a refresh token may be used. Every use gives a new one.
const REFRESH_LIFETIME: Duration = Duration::from_secs(14 * 24 * 60 * 60);

pub use own::{Own, end_all, end_own, list};
pub(super) use own::{end_all_of, end_others};
pub use password::{NewPassword, change_password};

/// What lets somebody in who brings a password or a secret.
#[derive(Clone, Copy)]
pub struct Door<'a> {
    /// Where accounts and sessions are.
    pub database: &'a Database,
    /// Who signs access tokens.
    pub keys: &'a Keys,
    /// What failed lately.
    pub attempts: &'a Attempts,
    /// Where the request comes from.
    pub network: Network,
    /// The request.
    pub request: Uuid,
}

/// Who wants to sign in.
pub struct SignIn {
    /// The address.
    pub email: String,
    /// The password.
    pub password: String,
    /// The organisation to act as; of several memberships, the oldest one's when none is given.
    pub acting_as: Option<Named>,
    /// The joint commissioning team to act as, through that organisation; none to act as itself.
    pub team: Option<Uuid>,
}

/// What somebody who signed in holds.
pub struct Issued {
    /// What is sent with each request.
    pub access: Token,
    /// What is exchanged for the next pair; none when the one before stays good.
    pub refresh: Option<Token>,
    /// For whom.
    pub acting_as: organisation::Model,
    /// The joint commissioning team acted as; none when the organisation itself is.
    pub team: Option<Uuid>,
}

/// As whom an account acts, and in which roles.
struct Chosen {
    roles: Vec<Role>,
    acting_as: organisation::Model,
    team: Option<ActingTeam>,
}

/// As whom somebody wants to act.
#[derive(Clone, Copy)]
struct Wish<'a> {
    organisation: Option<&'a Named>,
    team: Option<Uuid>,
    path: &'a str,
}

/// Begins a session. Whether there is such an account makes no difference to what is done until the
/// password is found right: one look-up, and one verification.
///
/// # Errors
/// `TOO_MANY_ATTEMPTS` when too many have failed on the account or from the network;
/// `SIGN_IN_FAILED`, whatever is wrong with the address or the password; `NOT_FOUND` for an
/// organisation of which the account is not a member today, or a team on which it does not sit.
pub async fn sign_in(door: Door<'_>, who: SignIn) -> Result<Issued, Stopped> {
    let Door { database, keys, request, .. } = door;
    let attempt = door.attempts.on_account(&who.email, door.network)?;
    let account = accounts::by_email(database.statement(), &who.email).await?;
    let stored = account.as_ref().map(|account| account.password_hash.clone());
    let knows_it = passwords::verify(who.password, stored).await;
    let account = account
        .filter(|account| knows_it && account.disabled_at.is_none())
        .ok_or_else(|| Refusal::new(Code::SignInFailed, "the address or the password is wrong"))?;
    attempt.succeeded();
    let account = &account;
    let wish = Wish { organisation: who.acting_as.as_ref(), team: who.team, path: "actingAs" };
    let (session, refresh, chosen) = database
        .write(false, |tx| async move {
            let held = held_today(&tx, account.id).await?;
            let chosen = choose(&tx, account.id, held, wish).await?;
            let session = begin(&tx, account.id, &chosen).await?;
            let refresh = new_refresh(&tx, session.id).await?;
            let act = Act::new("signIn", "Session", session.id).after(said(&session));
            audit::record(&tx, by(&session, request), act).await?;
            Ok::<_, Stopped>((session, refresh, chosen))
        })
        .await?;
    issue(database, keys, &session, Some(refresh), chosen).await
}

/// Exchanges a refresh token for the next pair. A token that was used before was stolen, by one of
/// the two who used it: its session ends.
///
/// # Errors
/// `TOO_MANY_ATTEMPTS` when too many have failed from the network; `SIGN_IN_FAILED` for a token that
/// is unknown, has ended or was used.
pub async fn refresh(door: Door<'_>, text: &str) -> Result<Issued, Stopped> {
    let Door { database, keys, request, .. } = door;
    let attempt = door.attempts.with_secret(door.network)?;
    let hash = &hash(text);
    let exchanged =
        database.write(false, |tx| async move { exchange(&tx, hash, request).await }).await?;
    let (session, refresh, chosen) = exchanged.ok_or_else(|| {
        Refusal::new(Code::SignInFailed, "this session has ended: sign in again").at("refreshToken")
    })?;
    attempt.succeeded();
    issue(database, keys, &session, Some(refresh), chosen).await
}

/// The session with its next refresh token; none when it has ended. That is refused after the
/// commit, because a refusal within the transaction would undo the ending.
async fn exchange(
    tx: &Writing,
    hash: &[u8],
    request: Uuid,
) -> Result<Option<(session::Model, Token, Chosen)>, Stopped> {
    tx.goes_unaudited("a session goes on with its next tokens, and says when it ends");
    let Some(session) = session_of(tx, hash).await? else { return Ok(None) };
    if !use_up(tx, hash).await? {
        end(tx, session.id).await?;
        let act = Act::new("endSession", "Session", session.id).before(said(&session));
        audit::record(tx, by(&session, request), act).await?;
        return Ok(None);
    }
    let held = held_today(tx, session.account_id).await?;
    let acting_as = Named::Id(session.organisation_id);
    let wish = Wish { organisation: Some(&acting_as), team: session.team_id, path: "" };
    let chosen = match choose(tx, session.account_id, held, wish).await {
        Ok(chosen) => chosen,
        Err(Stopped::Refused(_)) => return Ok(None),
        Err(fault) => return Err(fault),
    };
    let refresh = new_refresh(tx, session.id).await?;
    Ok(Some((session, refresh, chosen)))
}

/// Gives the session an access token for another of the account's organisations, or for a team on
/// which it sits through one, as which it acts from now on. Tokens given before last until they end.
///
/// # Errors
/// `NOT_ALLOWED` for a token without a session; `NOT_FOUND` for an organisation of which the
/// account is not a member today, or a team on which it does not sit.
pub async fn switch(
    database: &Database,
    keys: &Keys,
    viewer: &Viewer,
    (named, team): (&Named, Option<Uuid>),
) -> Result<Issued, Stopped> {
    let (account, id) = own_session(viewer)?;
    let (session, chosen) = database
        .write(false, |tx| async move {
            let held = held_today(&tx, account).await?;
            let wish = Wish { organisation: Some(named), team, path: "organisation" };
            let chosen = choose(&tx, account, held, wish).await?;
            let session = session::ActiveModel {
                id: Set(id),
                organisation_id: Set(chosen.acting_as.id),
                team_id: Set(chosen.team.map(|team| team.id)),
                ..Default::default()
            };
            let session = session.update(&*tx).await?;
            let act = Act::new("switchActingAs", "Session", session.id).after(said(&session));
            audit::record(&tx, By::oneself(viewer), act).await?;
            Ok::<_, Stopped>((session, chosen))
        })
        .await?;
    issue(database, keys, &session, None, chosen).await
}

/// Ends the viewer's session: none of its tokens is good any more.
///
/// # Errors
/// `NOT_ALLOWED` for a token without a session.
pub async fn sign_out(database: &Database, viewer: &Viewer) -> Result<(), Stopped> {
    let (_, id) = own_session(viewer)?;
    database
        .write(false, |tx| async move {
            end(&tx, id).await?;
            let act = Act::new("signOut", "Session", id);
            Ok(audit::record(&tx, By::oneself(viewer), act).await?)
        })
        .await
}

impl From<TooMany> for Stopped {
    fn from(why: TooMany) -> Self {
        let seconds = why.retry_after_seconds;
        let sentence = format_args!("too many attempts failed: try again in {seconds} seconds");
        Refusal::new(Code::TooManyAttempts, sentence).into()
    }
}

fn own_session(viewer: &Viewer) -> Result<(Uuid, Uuid), Refusal> {
    viewer.account.zip(viewer.session).ok_or_else(|| {
        let sentence = "this access token belongs to no session: sign in as a person";
        Refusal::new(Code::NotAllowed, sentence)
    })
}

/// The memberships of an account that is not shut out, as they are in force today.
async fn held_today(tx: &Writing, account: Uuid) -> Result<Vec<Held>, Stopped> {
    let account = accounts::find(&**tx, account).await?;
    let Some(account) = account.filter(|account| account.disabled_at.is_none()) else {
        return Ok(Vec::new());
    };
    let today = tx.today();
    let mut held = of_account(&**tx, account.id).await?;
    held.retain(|(one, _)| one.starts_on <= today && one.ends_on.is_none_or(|end| today <= end));
    Ok(held)
}

/// What is held in the organisation that is named, or in the first; of a team, what is held there
/// through that organisation.
async fn choose(
    tx: &Writing,
    account: Uuid,
    mut held: Vec<Held>,
    Wish { organisation: named, team, path }: Wish<'_>,
) -> Result<Chosen, Stopped> {
    let no_member = || {
        Refusal::new(Code::NotFound, "the account is not a member of such an organisation today")
            .at(path)
    };
    let organisation = match named {
        Some(named) => match acting_as::organisation(&**tx, named, path).await {
            Err(Stopped::Refused(refusal)) if refusal.code == Code::NotFound => {
                return Err(no_member().into());
            }
            found => found?.id,
        },
        None => held.first().ok_or_else(no_member)?.1.id,
    };
    held.retain(|(_, at)| at.id == organisation);
    let roles = held.iter().map(|(one, _)| one.role).collect();
    let (_, acting_as) = held.pop().ok_or_else(no_member)?;
    let Some(id) = team else { return Ok(Chosen { roles, acting_as, team: None }) };
    let seat = seat_of(&**tx, (id, Some(account), acting_as.id), tx.today()).await?;
    let seat = seat.ok_or_else(|| {
        let sentence = "the account does not sit on such a team through this organisation today";
        Refusal::new(Code::NotFound, sentence).at("team")
    })?;
    let team = Some(ActingTeam { id, limits: seat.limits });
    Ok(Chosen { roles: seat.roles, acting_as, team })
}

fn by(session: &session::Model, request: Uuid) -> By {
    let (account, organisation) = (Some(session.account_id), Some(session.organisation_id));
    By { account, organisation, team: None, request: Some(request) }
}

async fn begin(tx: &Writing, account: Uuid, as_whom: &Chosen) -> Result<session::Model, DbErr> {
    session::ActiveModel {
        id: Set(tx.new_id()),
        account_id: Set(account),
        organisation_id: Set(as_whom.acting_as.id),
        team_id: Set(as_whom.team.map(|team| team.id)),
        started_at: Set(tx.now()),
        ended_at: Set(None),
    }
    .insert(&**tx)
    .await
}

async fn end(tx: &Writing, session: Uuid) -> Result<(), DbErr> {
    session::Entity::update_many()
        .col_expr(session::Column::EndedAt, Expr::value(tx.now()))
        .filter(session::Column::Id.eq(session))
        .filter(session::Column::EndedAt.is_null())
        .exec(&**tx)
        .await
        .map(drop)
}

/// The session that a refresh token keeps alive, unless it has ended.
#[expect(clippy::disallowed_methods, reason = "whoever holds the token holds the session")]
async fn session_of(tx: &Writing, hash: &[u8]) -> Result<Option<session::Model>, DbErr> {
    let token = refresh_token::Entity::find_by_id(hash.to_vec()).one(&**tx).await?;
    let Some(token) = token else { return Ok(None) };
    let session = session::Entity::find_by_id(token.session_id).one(&**tx).await?;
    Ok(session.filter(|session| session.ended_at.is_none()))
}

/// Uses the token up. False when it was used before, or has ended.
async fn use_up(tx: &Writing, hash: &[u8]) -> Result<bool, DbErr> {
    let used = refresh_token::Entity::update_many()
        .col_expr(refresh_token::Column::UsedAt, Expr::value(tx.now()))
        .filter(refresh_token::Column::Hash.eq(hash))
        .filter(refresh_token::Column::UsedAt.is_null())
        .filter(refresh_token::Column::ExpiresAt.gt(tx.now()))
        .exec(&**tx)
        .await?;
    Ok(used.rows_affected == 1)
}

async fn new_refresh(tx: &Writing, session: Uuid) -> Result<Token, Stopped> {
    let mut secret = [0; 32];
    rand::fill(&mut secret)
        .map_err(|_| DbErr::Custom("the machine has no randomness for a token".to_owned()))?;
    let text = URL_SAFE_NO_PAD.encode(secret);
    let lifetime = i64::try_from(REFRESH_LIFETIME.as_micros()).unwrap_or(i64::MAX);
    let expires_at = Instant(tx.now().0.saturating_add(lifetime));
    refresh_token::ActiveModel {
        hash: Set(hash(&text)),
        session_id: Set(session),
        expires_at: Set(expires_at),
        used_at: Set(None),
    }
    .insert(&**tx)
    .await?;
    Ok(Token { text, expires_at })
}

fn hash(text: &str) -> Vec<u8> {
    digest::digest(&digest::SHA256, text.as_bytes()).as_ref().to_vec()
}

async fn issue(
    database: &Database,
    keys: &Keys,
    session: &session::Model,
    refresh: Option<Token>,
    Chosen { mut roles, acting_as, team }: Chosen,
) -> Result<Issued, Stopped> {
    // A seat is read beside each limit of its team.
    roles.sort_unstable();
    roles.dedup();
    let viewer = Viewer {
        account: Some(session.account_id),
        organisation: acting_as.id,
        roles,
        session: Some(session.id),
        team,
        today: database.clock().today(),
        scopes: None,
        request: Uuid::nil(),
        preview: None,
    };
    let key = keys.signing().await?;
    let access = token::sign(&key, &viewer, database.clock().now(), LIFETIME)?;
    Ok(Issued { access, refresh, acting_as, team: team.map(|team| team.id) })
}
