use std::time::Duration;

use aws_lc_rs::{digest, rand};
use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use entities::{
    service_account::{self, ServiceScope},
    service_account_key,
    value::Instant,
};
use sea_orm::{
    ActiveModelTrait, ActiveValue::Set, ColumnTrait, DbErr, PaginatorTrait, QueryFilter,
};
use uuid::Uuid;

use super::{good_keys, managed, manages_key, needs_admin};
use crate::service::audit::{self, Act, By, said};
use crate::{
    auth::{
        Viewer, roles_of_scopes,
        token::{self, Token},
    },
    database::{Database, Writing},
    service::{Code, Refusal, Stopped, session::Door},
};

/// What every secret begins with, so that people and scanners know one when they see it.
const PREFIX: &str = "tributary_sk_";
/// The longest that a key is good.
const LONGEST_DAYS: i32 = 365;
/// The most keys of one account that are good at once: one in use, one to change to, some spare.
const MOST_KEYS: u64 = 10;

/// A key to be issued.
pub struct NewKey {
    /// For whom.
    pub service_account: Uuid,
    /// For how many days it is good.
    pub valid_for_days: i32,
}

/// A key, and its secret, which is told this once.
pub struct IssuedKey {
    /// What is stored of it.
    pub row: service_account_key::Model,
    /// The secret.
    pub secret: String,
}

/// Issues a key for a service account of the organisation acted as.
///
/// # Errors
/// `NOT_ALLOWED` unless the viewer is an administrator, and for an account that is shut out;
/// `NOT_FOUND`; `INVALID_VALUE` for the days, and when the account has too many keys.
pub async fn issue_key(
    database: &Database,
    viewer: &Viewer,
    new: &NewKey,
) -> Result<IssuedKey, Stopped> {
    needs_admin(viewer)?;
    if !(1..=LONGEST_DAYS).contains(&new.valid_for_days) {
        let sentence = format_args!("a key is good for 1 to {LONGEST_DAYS} days");
        return Err(Refusal::new(Code::InvalidValue, sentence).at("validForDays").into());
    }
    let secret = &new_secret()?;
    let row =
        database.write(false, |tx| async move { issue_in(&tx, viewer, new, secret).await }).await?;
    Ok(IssuedKey { row, secret: secret.clone() })
}

async fn issue_in(
    tx: &Writing,
    viewer: &Viewer,
    new: &NewKey,
    secret: &str,
) -> Result<service_account_key::Model, Stopped> {
    let account = managed(tx, viewer, new.service_account).await?;
    if account.disabled_at.is_some() {
        let sentence = "this service account is shut out: make another";
        return Err(Refusal::new(Code::NotAllowed, sentence).at("serviceAccount").into());
    }
    let now = tx.now();
    let good = good_keys(now)
        .filter(service_account_key::Column::ServiceAccountId.eq(account.id))
        .count(&**tx)
        .await?;
    if good >= MOST_KEYS {
        let sentence = format_args!("a service account has at most {MOST_KEYS} keys: revoke one");
        return Err(Refusal::new(Code::InvalidValue, sentence).at("serviceAccount").into());
    }
    let days = u64::from(new.valid_for_days.unsigned_abs());
    let lifetime = Duration::from_secs(days * 24 * 60 * 60).as_micros();
    let expires_at = now.0.saturating_add(i64::try_from(lifetime).unwrap_or(0));
    let row = service_account_key::ActiveModel {
        id: Set(tx.new_id()),
        service_account_id: Set(account.id),
        hash: Set(hash(secret)),
        created_at: Set(now),
        expires_at: Set(Instant(expires_at)),
        revoked_at: Set(None),
        last_used_on: Set(None),
    };
    let row = row.insert(&**tx).await?;
    let act = Act::new("issueServiceAccountKey", "ServiceAccountKey", row.id).after(said(&row));
    audit::record(tx, viewer, act).await?;
    Ok(row)
}

/// Revokes a key: it is exchanged no more, and the tokens it was exchanged for are not accepted.
///
/// # Errors
/// `NOT_ALLOWED` unless the viewer is an administrator; `NOT_FOUND`; `ALREADY_DONE`.
pub async fn revoke_key(
    database: &Database,
    viewer: &Viewer,
    id: Uuid,
) -> Result<service_account_key::Model, Stopped> {
    needs_admin(viewer)?;
    database.write(false, |tx| async move { revoke_in(&tx, viewer, id).await }).await
}

async fn revoke_in(
    tx: &Writing,
    viewer: &Viewer,
    id: Uuid,
) -> Result<service_account_key::Model, Stopped> {
    let key = manages_key(viewer)
        .filter(service_account_key::Column::Id.eq(id))
        .one(&**tx)
        .await?
        .ok_or_else(|| Refusal::not_found("key", "key"))?;
    if key.revoked_at.is_some() {
        let sentence = "this key was revoked already";
        return Err(Refusal::new(Code::AlreadyDone, sentence).at("key").into());
    }
    let before = said(&key);
    let mut row: service_account_key::ActiveModel = key.into();
    row.revoked_at = Set(Some(tx.now()));
    let row = row.update(&**tx).await?;
    let act = Act::new("revokeServiceAccountKey", "ServiceAccountKey", row.id);
    audit::record(tx, viewer, act.before(before).after(said(&row))).await?;
    Ok(row)
}

/// Exchanges a key for an access token of a quarter of an hour. The key stays good.
///
/// # Errors
/// `TOO_MANY_ATTEMPTS` when too many have failed from the network; `SIGN_IN_FAILED` for a key that
/// is unknown, has expired or was revoked, and of an account that is shut out.
pub async fn exchange(
    door: Door<'_>,
    secret: &str,
) -> Result<(Token, service_account::Model), Stopped> {
    let Door { database, keys, .. } = door;
    let attempt = door.attempts.with_secret(door.network)?;
    let hash = &hash(secret);
    let used =
        database.write(false, |tx| async move { use_key(&tx, hash, door.request).await }).await?;
    let (key, account) = used.ok_or_else(|| {
        let sentence = "this key is not good, or not any more: ask an ADMIN for another";
        Refusal::new(Code::SignInFailed, sentence).at("key")
    })?;
    attempt.succeeded();
    let scopes = ServiceScope::read(&account.scopes);
    let viewer = Viewer {
        account: Some(account.id),
        organisation: account.organisation_id,
        roles: roles_of_scopes(&scopes),
        session: None,
        scopes: Some(scopes),
        team: None,
        today: database.clock().today(),
        request: door.request,
        preview: None,
    };
    let signing = keys.signing().await?;
    let now = database.clock().now();
    Ok((token::sign_for_service(&signing, (&viewer, key), now)?, account))
}

/// The key with this hash that is good, with its account. That it was used is noted once a day.
async fn use_key(
    tx: &Writing,
    hash: &[u8],
    request: Uuid,
) -> Result<Option<(Uuid, service_account::Model)>, Stopped> {
    let found = good_keys(tx.now())
        .filter(service_account_key::Column::Hash.eq(hash))
        .select_also(service_account::Entity)
        .one(&**tx)
        .await?;
    let Some((key, Some(account))) = found else {
        tx.goes_unaudited("a key that is not good changes nothing");
        return Ok(None);
    };
    if key.last_used_on != Some(tx.today()) {
        let row = service_account_key::ActiveModel {
            id: Set(key.id),
            last_used_on: Set(Some(tx.today())),
            ..Default::default()
        };
        row.update(&**tx).await?;
    }
    let by = By {
        account: Some(account.id),
        team: None,
        organisation: Some(account.organisation_id),
        request: Some(request),
    };
    let act = Act::new("exchangeServiceAccountKey", "ServiceAccountKey", key.id);
    audit::record(tx, by, act).await?;
    Ok(Some((key.id, account)))
}

fn new_secret() -> Result<String, DbErr> {
    let mut random = [0; 32];
    rand::fill(&mut random)
        .map_err(|_| DbErr::Custom("the machine has no randomness for a key".to_owned()))?;
    Ok(format!("{PREFIX}{}", URL_SAFE_NO_PAD.encode(random)))
}

/// A plain digest is enough for 32 random bytes: there is nothing to guess.
fn hash(secret: &str) -> Vec<u8> {
    digest::digest(&digest::SHA256, secret.as_bytes()).as_ref().to_vec()
}
