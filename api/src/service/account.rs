//! Accounts: who can sign in.

use entities::{
    account,
    membership::{self, Role},
};
use sea_orm::{
    ActiveModelTrait, ActiveValue::Set, ColumnTrait, ConnectionTrait, DbErr, EntityTrait,
    QueryFilter,
};
use uuid::Uuid;

use super::{
    Code, Refusal, Stopped,
    acting_as::{self, Named},
    audit::{self, Act, By, said},
    session,
};
use crate::{
    auth::password,
    database::{Database, Writing},
};

/// The longest address (RFC 5321).
const LONGEST_EMAIL: usize = 254;

/// An account to be made, with its first membership.
pub struct NewAccount {
    /// The address it signs in with.
    pub email: String,
    /// Its password.
    pub password: String,
    /// The organisation it acts as.
    pub organisation: Named,
    /// What it may do there.
    pub role: Role,
}

/// Makes an account that is a member of an organisation from today.
///
/// # Errors
/// `INVALID_VALUE` for an address or password that cannot be, `NOT_FOUND` for the organisation,
/// `ALREADY_EXISTS` for the address.
pub async fn create(database: &Database, new: NewAccount) -> Result<account::Model, Stopped> {
    let email = address(&new.email)
        .ok_or_else(|| Refusal::new(Code::InvalidValue, "this is no email address").at("email"))?;
    password::check(&new.password, "password")?;
    let password_hash = password::hash(new.password.clone()).await?;
    let (new, email, password_hash) = (&new, &email, &password_hash);
    database.write(false, |tx| async move { create_in(&tx, new, email, password_hash).await }).await
}

async fn create_in(
    tx: &Writing,
    new: &NewAccount,
    email: &str,
    password_hash: &str,
) -> Result<account::Model, Stopped> {
    if by_email(&**tx, email).await?.is_some() {
        let sentence = "an account signs in with this address already";
        return Err(Refusal::new(Code::AlreadyExists, sentence).at("email").into());
    }
    let organisation = acting_as::organisation(&**tx, &new.organisation, "organisation").await?;
    let account = account::ActiveModel {
        id: Set(tx.new_id()),
        email: Set(email.to_owned()),
        password_hash: Set(password_hash.to_owned()),
        disabled_at: Set(None),
    }
    .insert(&**tx)
    .await?;
    let act = Act::new("createAccount", "Account", account.id).after(said(&account));
    audit::record(tx, By::OPERATOR, act).await?;
    let membership = membership::ActiveModel {
        id: Set(tx.new_id()),
        account_id: Set(account.id),
        organisation_id: Set(organisation.id),
        role: Set(new.role),
        starts_on: Set(tx.today()),
        ends_on: Set(None),
    }
    .insert(&**tx)
    .await?;
    let act = Act::new("grantMembership", "Membership", membership.id).after(said(&membership));
    audit::record(tx, By::OPERATOR, act).await?;
    Ok(account)
}

/// Shuts an account out: its sessions end, and it signs in no more.
///
/// # Errors
/// `NOT_FOUND` for the address; `ALREADY_DONE`.
pub async fn disable(database: &Database, email: &str) -> Result<(), Stopped> {
    database.write(false, |tx| async move { disable_in(&tx, email).await }).await
}

async fn disable_in(tx: &Writing, email: &str) -> Result<(), Stopped> {
    let account = known(tx, email).await?;
    if account.disabled_at.is_some() {
        return Err(Refusal::new(Code::AlreadyDone, "the account is shut out already").into());
    }
    session::end_all_of(tx, account.id).await?;
    let before = said(&account);
    let mut row: account::ActiveModel = account.into();
    row.disabled_at = Set(Some(tx.now()));
    let row = row.update(&**tx).await?;
    let act = Act::new("disableAccount", "Account", row.id).before(before).after(said(&row));
    Ok(audit::record(tx, By::OPERATOR, act).await?)
}

/// Lets an account in again that was shut out. The sessions that it had stay ended.
///
/// # Errors
/// `NOT_FOUND` for the address; `ALREADY_DONE`.
pub async fn enable(database: &Database, email: &str) -> Result<(), Stopped> {
    database.write(false, |tx| async move { enable_in(&tx, email).await }).await
}

async fn enable_in(tx: &Writing, email: &str) -> Result<(), Stopped> {
    let account = known(tx, email).await?;
    if account.disabled_at.is_none() {
        return Err(Refusal::new(Code::AlreadyDone, "the account is not shut out").into());
    }
    let before = said(&account);
    let mut row: account::ActiveModel = account.into();
    row.disabled_at = Set(None);
    let row = row.update(&**tx).await?;
    let act = Act::new("enableAccount", "Account", row.id).before(before).after(said(&row));
    Ok(audit::record(tx, By::OPERATOR, act).await?)
}

async fn known(tx: &Writing, email: &str) -> Result<account::Model, Stopped> {
    by_email(&**tx, email).await?.ok_or_else(|| {
        Refusal::new(Code::NotFound, "no account signs in with this address").at("email").into()
    })
}

/// Keeps a new password for an account.
///
/// # Errors
/// When the database fails.
pub(super) async fn keep_password(tx: &Writing, id: Uuid, hash: &str) -> Result<(), DbErr> {
    let row = account::ActiveModel {
        id: Set(id),
        password_hash: Set(hash.to_owned()),
        ..Default::default()
    };
    row.update(&**tx).await.map(drop)
}

/// The account with this identity.
///
/// # Errors
/// When the database fails.
#[expect(clippy::disallowed_methods, reason = "an account is read for itself, by its id")]
pub async fn find(
    connection: &impl ConnectionTrait,
    id: Uuid,
) -> Result<Option<account::Model>, DbErr> {
    account::Entity::find_by_id(id).one(connection).await
}

/// The account that signs in with `email`.
///
/// # Errors
/// When the database fails.
#[expect(clippy::disallowed_methods, reason = "signing in comes before there is a viewer")]
pub(crate) async fn by_email(
    connection: &impl ConnectionTrait,
    email: &str,
) -> Result<Option<account::Model>, DbErr> {
    let Some(email) = address(email) else { return Ok(None) };
    account::Entity::find().filter(account::Column::Email.eq(email)).one(connection).await
}

/// The address as it is stored: in lower case.
fn address(written: &str) -> Option<String> {
    let email = written.trim().to_lowercase();
    let (mailbox, host) = email.rsplit_once('@')?;
    let can_be = !mailbox.is_empty()
        && !host.is_empty()
        && email.len() <= LONGEST_EMAIL
        && !email.chars().any(|c| c.is_whitespace() || c.is_control());
    can_be.then_some(email)
}
