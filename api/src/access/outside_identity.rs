//! Links of outside identities: those of an organisation for its administrators, and what stands
//! behind an outside token.

use chrono::NaiveDate;
use entities::{
    account,
    membership::{self, Role},
    outside_identity,
};
use sea_orm::{
    ColumnTrait, ConnectionTrait, DbErr, EntityTrait, JoinType, QueryFilter, QuerySelect,
    RelationDef, Select,
    sea_query::{Expr, ExprTrait},
};
use uuid::Uuid;

use super::membership::in_force;
use crate::auth::Viewer;

/// The links that a viewer manages: those of the organisation acted as, when the viewer is one of
/// its administrators.
#[must_use]
#[expect(clippy::disallowed_methods, reason = "this is where unscoped finding is scoped")]
pub fn manages_outside_identity(viewer: &Viewer) -> Select<outside_identity::Entity> {
    outside_identity::Entity::find()
        .filter(outside_identity::Column::OrganisationId.eq(viewer.organisation))
        .filter(Expr::val(viewer.administers()).eq(true))
}

/// Fact reader: every link there is or was of an issuer's subject at an organisation.
///
/// # Errors
/// When the database fails.
#[expect(clippy::disallowed_methods, reason = "the facts that make a viewer")]
pub async fn links_of(
    connection: &impl ConnectionTrait,
    (issuer, subject, organisation): (&str, &str, Uuid),
) -> Result<Vec<outside_identity::Model>, DbErr> {
    outside_identity::Entity::find()
        .filter(outside_identity::Column::Issuer.eq(issuer))
        .filter(outside_identity::Column::Subject.eq(subject))
        .filter(outside_identity::Column::OrganisationId.eq(organisation))
        .all(connection)
        .await
}

/// Fact reader: the roles that an account holds in an organisation on `day`; none when the account
/// is shut out. One statement.
///
/// # Errors
/// When the database fails.
#[expect(clippy::disallowed_methods, reason = "the facts that make a viewer")]
pub async fn roles_of_account(
    connection: &impl ConnectionTrait,
    (account, organisation): (Uuid, Uuid),
    day: NaiveDate,
) -> Result<Vec<Role>, DbErr> {
    let to_account: RelationDef = membership::Entity::belongs_to(account::Entity)
        .from(membership::Column::AccountId)
        .to(account::Column::Id)
        .into();
    membership::Entity::find()
        .select_only()
        .column(membership::Column::Role)
        .join(JoinType::InnerJoin, to_account)
        .filter(membership::Column::AccountId.eq(account))
        .filter(membership::Column::OrganisationId.eq(organisation))
        .filter(account::Column::DisabledAt.is_null())
        .filter(in_force(day))
        .into_tuple()
        .all(connection)
        .await
}
