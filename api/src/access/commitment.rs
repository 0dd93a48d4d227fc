//! Which commitments a viewer sees: as host or partner those of its schemes, else none.

use domain::policy::matrix::FieldGroup;
use entities::{access, commitment, scheme};
use sea_orm::{
    ColumnTrait, ConnectionTrait, DbErr, EntityTrait, JoinType, QueryFilter, QuerySelect, SelectTwo,
};
use uuid::Uuid;

use super::Seen;
use crate::auth::Viewer;

/// The commitments that the viewer sees.
#[must_use]
#[expect(clippy::disallowed_methods, reason = "this is where unscoped finding is scoped")]
pub fn sees_commitments(viewer: &Viewer) -> SelectTwo<commitment::Entity, access::Entity> {
    commitment::Entity::find()
        .join(
            JoinType::InnerJoin,
            commitment::Entity::belongs_to(scheme::Entity)
                .from(commitment::Column::SchemeId)
                .to(scheme::Column::Id)
                .into(),
        )
        .join(
            JoinType::InnerJoin,
            scheme::Entity::belongs_to(access::Entity)
                .from(scheme::Column::FundId)
                .to(access::Column::RootId)
                .into(),
        )
        .filter(access::Column::OrganisationId.eq(viewer.organisation))
        .filter(super::readers(FieldGroup::Ledger))
        .select_also(access::Entity)
}

/// The commitment with this id, if the viewer sees it.
///
/// # Errors
/// A fault of the database.
pub async fn visible(
    connection: &impl ConnectionTrait,
    viewer: &Viewer,
    id: Uuid,
) -> Result<Option<Seen<commitment::Model>>, DbErr> {
    let found =
        sees_commitments(viewer).filter(commitment::Column::Id.eq(id)).one(connection).await?;
    Ok(found.map(Seen::from_row))
}
