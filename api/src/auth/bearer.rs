use std::sync::Arc;

use domain::policy::decisions::ActingTeam;
use entities::membership::Role;
use sea_orm::DbErr;
use uuid::Uuid;

use super::{
    Keys, Viewer, revoked, roles_of_scopes,
    token::{self, Previewed, Refused, Said},
};
use crate::{access, database::Database};

/// Why it is not known who asks.
#[derive(Debug, thiserror::Error)]
pub enum Unauthenticated {
    /// The token is not valid, or not any more.
    #[error(transparent)]
    Token(#[from] Refused),
    /// The session was ended, the account shut out, the membership is over, or the token or the key
    /// behind it was revoked.
    #[error("what this access token was given for has ended or was revoked: sign in again")]
    Ended,
    /// Nobody here is linked with what an outside token claims, or not any more.
    #[error("this access token stands for no member here: ask an ADMIN of the organisation")]
    Unlinked,
    /// The keys of an outside token's issuer are not known, and it does not answer.
    #[error("the issuer of this access token does not answer: try again in half a minute")]
    IssuerSilent,
    /// The database failed.
    #[error("the access token cannot be verified now")]
    Fault(#[from] DbErr),
}

/// Whom a bearer token speaks for in a request. Of an account's token the session, the account and
/// the memberships are read again in one statement, as a team the seat and the limits in another, of
/// a service account's the key, the account and
/// its scopes, of an operator's whether it was revoked: what was taken away is gone at once, and
/// what was granted since comes with the next token.
///
/// # Errors
/// When the token, its session or its membership is no good.
pub async fn viewer_of(
    database: &Database,
    keys: &Keys,
    token: &str,
    request: Uuid,
) -> Result<Viewer, Unauthenticated> {
    let key = keys.verifying(&token::key_id(token)?).await?.ok_or(Refused::Invalid)?;
    let now = database.clock().now();
    let Said { id, mut viewer, service_key, preview } = token::read(token, &key, now)?;
    viewer.request = request;
    match (viewer.account, viewer.session, service_key) {
        (Some(account), Some(session), _) => {
            in_session(database, &mut viewer, (session, account)).await?;
            as_team(database, &mut viewer).await?;
        }
        (Some(account), None, Some(key)) => {
            with_key(database, &mut viewer, (key, account)).await?;
        }
        _ if revoked::is_revoked(database.statement(), id).await? => {
            return Err(Unauthenticated::Ended);
        }
        _ => as_team(database, &mut viewer).await?,
    }
    if let Some(preview) = preview {
        previewing(database, &mut viewer, preview).await?;
    }
    Ok(viewer)
}

/// Looks up what a token previews: it is good while whoever previews hosts the agreement, or leads the
/// commissioners of the contract.
async fn previewing(
    database: &Database,
    viewer: &mut Viewer,
    preview: Previewed,
) -> Result<(), Unauthenticated> {
    let bounds = access::preview::bounds(database.statement(), viewer, preview.of).await?;
    viewer.preview = Some(Arc::new(bounds.ok_or(Unauthenticated::Ended)?));
    viewer.organisation = preview.organisation;
    viewer.roles = vec![Role::Viewer];
    Ok(())
}

async fn in_session(
    database: &Database,
    viewer: &mut Viewer,
    (session, account): (Uuid, Uuid),
) -> Result<(), Unauthenticated> {
    let held = access::membership::roles_of_session(
        database.statement(),
        (session, account, viewer.organisation),
        database.clock().today(),
    )
    .await?;
    // Whoever acts as a team acts in the roles held on it, and is let in by any at the employer.
    if viewer.team.is_none() {
        viewer.roles.retain(|role| held.contains(role));
    }
    if viewer.roles.is_empty() || held.is_empty() {
        return Err(Unauthenticated::Ended);
    }
    Ok(())
}

/// Looks the team up that a token acts as: it goes on, the account still sits on it, and what was
/// delegated to it.
async fn as_team(database: &Database, viewer: &mut Viewer) -> Result<(), Unauthenticated> {
    let Some(team) = viewer.team else { return Ok(()) };
    let seat = access::team::seat_of(
        database.statement(),
        (team.id, viewer.account, viewer.organisation),
        database.clock().today(),
    )
    .await?
    .ok_or(Unauthenticated::Ended)?;
    viewer.roles.retain(|role| seat.roles.contains(role));
    viewer.team = Some(ActingTeam { limits: seat.limits, ..team });
    if viewer.roles.is_empty() { Err(Unauthenticated::Ended) } else { Ok(()) }
}

async fn with_key(
    database: &Database,
    viewer: &mut Viewer,
    (key, account): (Uuid, Uuid),
) -> Result<(), Unauthenticated> {
    let scopes = access::service_account::scopes_of_key(
        database.statement(),
        (key, account, viewer.organisation),
        database.clock().now(),
    )
    .await?
    .ok_or(Unauthenticated::Ended)?;
    let held = roles_of_scopes(&scopes);
    viewer.roles.retain(|role| held.contains(role));
    viewer.scopes = Some(scopes);
    Ok(())
}
