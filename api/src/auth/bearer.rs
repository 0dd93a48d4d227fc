use sea_orm::DbErr;
use uuid::Uuid;

use super::{
    Keys, Viewer,
    token::{self, Refused},
};
use crate::{access, database::Database};

/// Why it is not known who asks.
#[derive(Debug, thiserror::Error)]
pub enum Unauthenticated {
    /// The token is not valid, or not any more.
    #[error(transparent)]
    Token(#[from] Refused),
    /// The session was ended, the account shut out, or the membership is over.
    #[error("the session or the membership behind this access token has ended: sign in again")]
    Ended,
    /// The database failed.
    #[error("the access token cannot be verified now")]
    Fault(#[from] DbErr),
}

/// Whom a bearer token speaks for in a request. Of an account's token the session, the account and
/// the memberships are read again in one statement, so that what was taken away is gone at once;
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
    let mut viewer = token::read(token, &key, database.clock().now())?;
    viewer.request = request;
    if let (Some(account), Some(session)) = (viewer.account, viewer.session) {
        let held = access::membership::roles_of_session(
            database.statement(),
            (session, account, viewer.organisation),
            database.clock().today(),
        )
        .await?;
        viewer.roles.retain(|role| held.contains(role));
        if viewer.roles.is_empty() {
            return Err(Unauthenticated::Ended);
        }
    }
    Ok(viewer)
}
