//! Memberships: a person's own, and those of an organisation for its administrators.

use chrono::NaiveDate;
use entities::{
    account,
    membership::{self, Role},
    organisation, session,
};
use sea_orm::{
    ColumnTrait, Condition, ConnectionTrait, DbErr, EntityTrait, JoinType, QueryFilter, QueryOrder,
    QuerySelect, RelationDef, Select,
    sea_query::{Expr, ExprTrait},
};
use uuid::Uuid;

use crate::auth::Viewer;

/// The memberships that are in force on `day`.
#[must_use]
pub fn in_force(day: NaiveDate) -> Condition {
    Condition::all().add(membership::Column::StartsOn.lte(day)).add(
        Condition::any()
            .add(membership::Column::EndsOn.is_null())
            .add(membership::Column::EndsOn.gte(day)),
    )
}

/// The memberships that a viewer manages: those of the organisation acted as, when the viewer is
/// one of its administrators.
#[must_use]
#[expect(clippy::disallowed_methods, reason = "this is where unscoped finding is scoped")]
pub fn manages_membership(viewer: &Viewer) -> Select<membership::Entity> {
    membership::Entity::find()
        .filter(membership::Column::OrganisationId.eq(viewer.organisation))
        .filter(Expr::val(viewer.administers()).eq(true))
}

/// Fact reader: every membership that `account` has or had, with its organisation, oldest first.
///
/// # Errors
/// When the database fails.
#[expect(clippy::disallowed_methods, reason = "a person's own memberships")]
pub async fn of_account(
    connection: &impl ConnectionTrait,
    account: Uuid,
) -> Result<Vec<(membership::Model, organisation::Model)>, DbErr> {
    let to_organisation: RelationDef = membership::Entity::belongs_to(organisation::Entity)
        .from(membership::Column::OrganisationId)
        .to(organisation::Column::Id)
        .into();
    let rows = membership::Entity::find()
        .filter(membership::Column::AccountId.eq(account))
        .join(JoinType::InnerJoin, to_organisation)
        .select_also(organisation::Entity)
        .order_by_asc(membership::Column::StartsOn)
        .order_by_asc(membership::Column::Id)
        .all(connection)
        .await?;
    Ok(rows.into_iter().filter_map(|(held, at)| Some((held, at?))).collect())
}

/// Fact reader: the roles in force on `day` behind a session's token, none when the session has
/// ended or the account is shut out. One statement.
///
/// # Errors
/// When the database fails.
#[expect(clippy::disallowed_methods, reason = "the facts that make a viewer")]
pub async fn roles_of_session(
    connection: &impl ConnectionTrait,
    (session, account, organisation): (Uuid, Uuid, Uuid),
    day: NaiveDate,
) -> Result<Vec<Role>, DbErr> {
    let to_account: RelationDef = session::Entity::belongs_to(account::Entity)
        .from(session::Column::AccountId)
        .to(account::Column::Id)
        .into();
    let to_membership: RelationDef = session::Entity::belongs_to(membership::Entity)
        .from(session::Column::AccountId)
        .to(membership::Column::AccountId)
        .into();
    session::Entity::find_by_id(session)
        .select_only()
        .column(membership::Column::Role)
        .join(JoinType::InnerJoin, to_account)
        .join(JoinType::InnerJoin, to_membership)
        .filter(session::Column::AccountId.eq(account))
        .filter(session::Column::EndedAt.is_null())
        .filter(account::Column::DisabledAt.is_null())
        .filter(membership::Column::OrganisationId.eq(organisation))
        .filter(in_force(day))
        .into_tuple()
        .all(connection)
        .await
}
