//! Service accounts: programs that act for an organisation within scopes, managed by its
//! administrators.

mod key;

use std::collections::HashMap;

use entities::{
    service_account::{self, ServiceScope},
    service_account_key,
    value::Instant,
};
use sea_orm::{
    ActiveModelTrait, ActiveValue::Set, ColumnTrait, ConnectionTrait, DbErr, PaginatorTrait,
    QueryFilter, QueryOrder, Value,
};
use uuid::Uuid;

use super::{Code, Refusal, Stopped, text};
use crate::service::audit::{self, Act, said};
use crate::{
    access::service_account::{good_keys, manages_key, manages_service_account},
    auth::Viewer,
    database::{Cut, Database, Keyset, PageRequest, Writing},
};

pub use crate::access::service_account::own;
pub use key::{IssuedKey, NewKey, exchange, issue_key, revoke_key};

/// The longest name.
const LONGEST_NAME: usize = 100;

/// A service account to be made.
pub struct NewServiceAccount {
    /// What its administrators call it.
    pub name: String,
    /// What it may do.
    pub scopes: Vec<ServiceScope>,
}

/// Makes a service account of the organisation acted as. It has no key yet.
///
/// # Errors
/// `NOT_ALLOWED` unless the viewer is an administrator; `INVALID_VALUE` for the name, and when
/// there is no scope.
pub async fn create(
    database: &Database,
    viewer: &Viewer,
    new: &NewServiceAccount,
    dry_run: bool,
) -> Result<service_account::Model, Stopped> {
    needs_admin(viewer)?;
    let name = text::required(&new.name, LONGEST_NAME, "name")?;
    if new.scopes.is_empty() {
        let sentence = "name at least one scope";
        return Err(Refusal::new(Code::InvalidValue, sentence).at("scopes").into());
    }
    let (name, scopes) = (&name, &ServiceScope::written(&new.scopes));
    database.write(dry_run, |tx| async move { Ok(insert(&tx, viewer, name, scopes).await?) }).await
}

async fn insert(
    tx: &Writing,
    viewer: &Viewer,
    name: &str,
    scopes: &str,
) -> Result<service_account::Model, DbErr> {
    let row = service_account::ActiveModel {
        id: Set(tx.new_id()),
        organisation_id: Set(viewer.organisation),
        name: Set(name.to_owned()),
        scopes: Set(scopes.to_owned()),
        created_at: Set(tx.now()),
        disabled_at: Set(None),
    };
    let row = row.insert(&**tx).await?;
    let act = Act::new("createServiceAccount", "ServiceAccount", row.id).after(said(&row));
    audit::record(tx, viewer, act).await?;
    Ok(row)
}

/// Shuts a service account out for good: none of its keys and tokens is accepted any more.
///
/// # Errors
/// `NOT_ALLOWED` unless the viewer is an administrator; `NOT_FOUND`; `ALREADY_DONE`.
pub async fn disable(
    database: &Database,
    viewer: &Viewer,
    id: Uuid,
    dry_run: bool,
) -> Result<service_account::Model, Stopped> {
    needs_admin(viewer)?;
    database.write(dry_run, |tx| async move { disable_in(&tx, viewer, id).await }).await
}

async fn disable_in(
    tx: &Writing,
    viewer: &Viewer,
    id: Uuid,
) -> Result<service_account::Model, Stopped> {
    let account = managed(tx, viewer, id).await?;
    if account.disabled_at.is_some() {
        let sentence = "this service account is shut out already";
        return Err(Refusal::new(Code::AlreadyDone, sentence).at("serviceAccount").into());
    }
    let before = said(&account);
    let mut row: service_account::ActiveModel = account.into();
    row.disabled_at = Set(Some(tx.now()));
    let row = row.update(&**tx).await?;
    let act = Act::new("disableServiceAccount", "ServiceAccount", row.id);
    audit::record(tx, viewer, act.before(before).after(said(&row))).await?;
    Ok(row)
}

/// A page of the service accounts that the viewer manages, oldest first.
///
/// # Errors
/// When the database fails.
pub async fn list(
    connection: &impl ConnectionTrait,
    viewer: &Viewer,
    page: &PageRequest,
) -> Result<Cut<service_account::Model>, DbErr> {
    let order = Keyset::new().ascending((service_account::Entity, service_account::Column::Id));
    let rows = order.page(manages_service_account(viewer), page).all(connection).await?;
    Ok(page.cut(rows))
}

/// How many service accounts the viewer manages.
///
/// # Errors
/// When the database fails.
pub async fn count(connection: &impl ConnectionTrait, viewer: &Viewer) -> Result<u64, DbErr> {
    manages_service_account(viewer).count(connection).await
}

/// The values by which a service account has its place in the list.
#[must_use]
pub fn place(row: &service_account::Model) -> Vec<Value> {
    vec![row.id.into()]
}

/// The keys of these service accounts that are good at `now`, oldest first, as far as the viewer
/// manages them.
///
/// # Errors
/// When the database fails.
pub async fn keys_of(
    connection: &impl ConnectionTrait,
    viewer: &Viewer,
    accounts: &[Uuid],
    now: Instant,
) -> Result<HashMap<Uuid, Vec<service_account_key::Model>>, DbErr> {
    let rows = manages_key(viewer)
        .filter(service_account_key::Column::ServiceAccountId.is_in(accounts.iter().copied()))
        .filter(service_account_key::Column::RevokedAt.is_null())
        .filter(service_account_key::Column::ExpiresAt.gt(now))
        .order_by_asc(service_account_key::Column::Id)
        .all(connection)
        .await?;
    let mut keys: HashMap<Uuid, Vec<service_account_key::Model>> = HashMap::new();
    for row in rows {
        keys.entry(row.service_account_id).or_default().push(row);
    }
    Ok(keys)
}

async fn managed(
    tx: &Writing,
    viewer: &Viewer,
    id: Uuid,
) -> Result<service_account::Model, Stopped> {
    manages_service_account(viewer)
        .filter(service_account::Column::Id.eq(id))
        .one(&**tx)
        .await?
        .ok_or_else(|| Refusal::not_found("service account", "serviceAccount").into())
}

fn needs_admin(viewer: &Viewer) -> Result<(), Refusal> {
    if viewer.administers() {
        return Ok(());
    }
    let sentence = "only an ADMIN of the organisation manages its service accounts";
    Err(Refusal::new(Code::NotAllowed, sentence))
}
