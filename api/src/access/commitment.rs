//! Which commitments a viewer sees: those that took effect while it stood in a relation that reads
//! the books.

use domain::policy::matrix::FieldGroup;
use entities::{access, commitment, scheme};
use sea_orm::{
    ColumnTrait, ConnectionTrait, DbErr, EntityTrait, JoinType, QueryFilter, QuerySelect, SelectTwo,
};
use uuid::Uuid;

use super::{Found, Seen, Through, readers};
use crate::auth::Viewer;

/// The commitments that the viewer sees.
#[must_use]
#[expect(clippy::disallowed_methods, reason = "this is where unscoped finding is scoped")]
pub fn sees_commitments(viewer: &Viewer) -> SelectTwo<commitment::Entity, access::Entity> {
    let fund = (scheme::Entity, scheme::Column::FundId);
    let through = Through::any_of(viewer, fund, &readers(FieldGroup::Ledger))
        .on((commitment::Entity, commitment::Column::EffectiveOn))
        // Nothing is seen of a scheme that is not: it may have begun after the viewer had left.
        .from((scheme::Entity, scheme::Column::StartsOn));
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
        .filter(access::Column::HolderId.eq(viewer.holder()))
        .filter(through.cuts())
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
    Ok(found.map(|row| seen(viewer, row)))
}

/// A commitment as the viewer stands to its day.
#[must_use]
pub fn seen(viewer: &Viewer, found: Found<commitment::Model>) -> Seen<commitment::Model> {
    let day = found.0.effective_on;
    Seen::from_row(viewer, found).on(day)
}
