//! Which partnership agreements a viewer sees: those of the organisation's own partnerships, and
//! those whose funds pay it.

use entities::{access, partnership_agreement as agreement};
use sea_orm::{ColumnTrait, ConnectionTrait, DbErr, QueryFilter, SelectTwo};
use uuid::Uuid;

use super::Seen;
use crate::auth::Viewer;

/// The agreements that the viewer sees as host or partner.
#[must_use]
pub fn sees_agreements(viewer: &Viewer) -> SelectTwo<agreement::Entity, access::Entity> {
    super::sees::<agreement::Entity>(agreement::Column::Id, viewer)
}

/// The agreement with this id, if the viewer sees it.
///
/// # Errors
/// A fault of the database.
pub async fn visible(
    connection: &impl ConnectionTrait,
    viewer: &Viewer,
    id: Uuid,
) -> Result<Option<Seen<agreement::Model>>, DbErr> {
    let found =
        sees_agreements(viewer).filter(agreement::Column::Id.eq(id)).one(connection).await?;
    Ok(found.map(Seen::from_row))
}

/// The agreement that goes by this reference, if the viewer sees it.
///
/// # Errors
/// A fault of the database.
pub async fn by_reference(
    connection: &impl ConnectionTrait,
    viewer: &Viewer,
    reference: &str,
) -> Result<Option<Seen<agreement::Model>>, DbErr> {
    let found = sees_agreements(viewer)
        .filter(agreement::Column::Reference.eq(reference))
        .one(connection)
        .await?;
    Ok(found.map(Seen::from_row))
}
