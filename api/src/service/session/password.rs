use uuid::Uuid;

use super::{Door, end_others, own_session};
use crate::service::audit::{self, Act, By};
use crate::{
    auth::{Viewer, password},
    database::Writing,
    service::{Code, Refusal, Stopped, account as accounts},
};

/// A password to be changed.
pub struct NewPassword {
    /// The one that is in force.
    pub current: String,
    /// The one that is to be.
    pub new: String,
}

/// Changes the viewer's password, and ends the viewer's other sessions: whoever knew the old one may
/// have begun them.
///
/// # Errors
/// `NOT_ALLOWED` for a token without a session; `INVALID_VALUE` for a password that cannot be;
/// `SIGN_IN_FAILED` when the current one is wrong; `TOO_MANY_ATTEMPTS`.
pub async fn change_password(
    door: Door<'_>,
    viewer: &Viewer,
    change: NewPassword,
) -> Result<(), Stopped> {
    let (account, session) = own_session(viewer)?;
    password::check(&change.new, "newPassword")?;
    let wrong = || Refusal::new(Code::SignInFailed, "the password is wrong").at("currentPassword");
    let known = accounts::find(door.database.statement(), account).await?.ok_or_else(wrong)?;
    // A stolen token must not be a way to guess the password past the limits on signing in.
    let attempt = door.attempts.on_account(&known.email, door.network)?;
    if !password::verify(change.current, Some(known.password_hash.clone())).await {
        return Err(wrong().into());
    }
    attempt.succeeded();
    let (before, after) = (&known.password_hash, &password::hash(change.new).await?);
    door.database
        .write(
            false,
            |tx| async move { keep(&tx, (viewer, account, session), before, after).await },
        )
        .await
}

async fn keep(
    tx: &Writing,
    (viewer, account, session): (&Viewer, Uuid, Uuid),
    before: &str,
    after: &str,
) -> Result<(), Stopped> {
    let known = accounts::find(&**tx, account).await?;
    if known.is_none_or(|known| known.password_hash != before) {
        let sentence = "the password was changed meanwhile";
        return Err(Refusal::new(Code::SignInFailed, sentence).at("currentPassword").into());
    }
    accounts::keep_password(tx, account, after).await?;
    end_others(tx, account, session).await?;
    let act = Act::new("changePassword", "Account", account);
    Ok(audit::record(tx, By::oneself(viewer), act).await?)
}
