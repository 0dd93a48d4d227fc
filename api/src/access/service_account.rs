//! Service accounts: those of an organisation for its administrators, and what stands behind a
//! service account's token.

use entities::{
    service_account::{self, ServiceScope},
    service_account_key,
    value::Instant,
};
use sea_orm::{
    ColumnTrait, ConnectionTrait, DbErr, EntityTrait, JoinType, QueryFilter, QuerySelect,
    RelationDef, Select,
    sea_query::{Expr, ExprTrait},
};
use uuid::Uuid;

use crate::auth::Viewer;

/// The service accounts that a viewer manages: those of the organisation acted as, when the viewer
/// is one of its administrators.
#[must_use]
#[expect(clippy::disallowed_methods, reason = "this is where unscoped finding is scoped")]
pub fn manages_service_account(viewer: &Viewer) -> Select<service_account::Entity> {
    service_account::Entity::find()
        .filter(service_account::Column::OrganisationId.eq(viewer.organisation))
        .filter(Expr::val(viewer.administers()).eq(true))
}

/// The keys of the service accounts that a viewer manages.
#[must_use]
#[expect(clippy::disallowed_methods, reason = "this is where unscoped finding is scoped")]
pub fn manages_key(viewer: &Viewer) -> Select<service_account_key::Entity> {
    service_account_key::Entity::find()
        .join(JoinType::InnerJoin, to_account())
        .filter(service_account::Column::OrganisationId.eq(viewer.organisation))
        .filter(Expr::val(viewer.administers()).eq(true))
}

/// The keys that are good at `now`: not revoked, not expired, of an account that is not shut out.
#[must_use]
#[expect(clippy::disallowed_methods, reason = "asked before there is a viewer")]
pub fn good_keys(now: Instant) -> Select<service_account_key::Entity> {
    service_account_key::Entity::find()
        .join(JoinType::InnerJoin, to_account())
        .filter(service_account_key::Column::RevokedAt.is_null())
        .filter(service_account_key::Column::ExpiresAt.gt(now))
        .filter(service_account::Column::DisabledAt.is_null())
}

/// Fact reader: the service account that asks; none of a person and of the operator.
///
/// # Errors
/// When the database fails.
#[expect(clippy::disallowed_methods, reason = "a service account reads itself")]
pub async fn own(
    connection: &impl ConnectionTrait,
    viewer: &Viewer,
) -> Result<Option<service_account::Model>, DbErr> {
    let Some(id) = viewer.service_account() else { return Ok(None) };
    service_account::Entity::find_by_id(id).one(connection).await
}

/// Fact reader: the scopes at `now` behind a service account's token, none when its key is no
/// longer good. One statement.
///
/// # Errors
/// When the database fails.
pub async fn scopes_of_key(
    connection: &impl ConnectionTrait,
    (key, account, organisation): (Uuid, Uuid, Uuid),
    now: Instant,
) -> Result<Option<Vec<ServiceScope>>, DbErr> {
    let written: Option<String> = good_keys(now)
        .select_only()
        .column(service_account::Column::Scopes)
        .filter(service_account_key::Column::Id.eq(key))
        .filter(service_account::Column::Id.eq(account))
        .filter(service_account::Column::OrganisationId.eq(organisation))
        .into_tuple()
        .one(connection)
        .await?;
    Ok(written.map(|written| ServiceScope::read(&written)))
}

fn to_account() -> RelationDef {
    service_account_key::Entity::belongs_to(service_account::Entity)
        .from(service_account_key::Column::ServiceAccountId)
        .to(service_account::Column::Id)
        .into()
}
