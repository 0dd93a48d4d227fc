//! Which notices a viewer sees: those of days on which it stood to the agreement in a relation that
//! reads them whole.

use domain::policy::matrix::FieldGroup;
use entities::{access, notice};
use sea_orm::{ColumnTrait, ConnectionTrait, DbErr, QueryFilter, SelectTwo};
use uuid::Uuid;

use super::{Seen, Through, readers};
use crate::auth::Viewer;

/// The notices that the viewer sees.
#[must_use]
pub fn sees_notices(viewer: &Viewer) -> SelectTwo<notice::Entity, access::Entity> {
    use notice::Column::{AgreementId, GivenOn};
    let kinds = readers(FieldGroup::AgreementExit);
    let through = Through::any_of(viewer, (notice::Entity, AgreementId), &kinds)
        .on((notice::Entity, GivenOn));
    super::stands::<notice::Entity>(AgreementId, viewer).filter(through.cuts())
}

/// The one with this id, if the viewer sees it.
///
/// # Errors
/// A fault of the database.
pub async fn visible(
    connection: &impl ConnectionTrait,
    viewer: &Viewer,
    id: Uuid,
) -> Result<Option<Seen<notice::Model>>, DbErr> {
    let found = sees_notices(viewer).filter(notice::Column::Id.eq(id)).one(connection).await?;
    Ok(found.map(|row| Seen::from_row(viewer, row)))
}

/// Those of these agreements that the viewer sees.
///
/// # Errors
/// A fault of the database.
pub async fn of_agreements(
    connection: &impl ConnectionTrait,
    viewer: &Viewer,
    agreements: &[Uuid],
) -> Result<Vec<Seen<notice::Model>>, DbErr> {
    let wanted = notice::Column::AgreementId.is_in(agreements.iter().copied());
    let rows = sees_notices(viewer).filter(wanted).all(connection).await?;
    Ok(rows.into_iter().map(|row| Seen::from_row(viewer, row)).collect())
}
