//! Which disputes a viewer sees: those of days on which it stood to the agreement in a relation that
//! reads them whole.

use domain::policy::matrix::FieldGroup;
use entities::{access, dispute};
use sea_orm::{ColumnTrait, ConnectionTrait, DbErr, QueryFilter, SelectTwo};
use uuid::Uuid;

use super::{Seen, Through, readers};
use crate::auth::Viewer;

/// The disputes that the viewer sees.
#[must_use]
pub fn sees_disputes(viewer: &Viewer) -> SelectTwo<dispute::Entity, access::Entity> {
    use dispute::Column::{AgreementId, RaisedOn};
    let kinds = readers(FieldGroup::Disputes);
    let through = Through::any_of(viewer, (dispute::Entity, AgreementId), &kinds)
        .on((dispute::Entity, RaisedOn));
    super::stands::<dispute::Entity>(AgreementId, viewer).filter(through.cuts())
}

/// The one with this id, if the viewer sees it.
///
/// # Errors
/// A fault of the database.
pub async fn visible(
    connection: &impl ConnectionTrait,
    viewer: &Viewer,
    id: Uuid,
) -> Result<Option<Seen<dispute::Model>>, DbErr> {
    let found = sees_disputes(viewer).filter(dispute::Column::Id.eq(id)).one(connection).await?;
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
) -> Result<Vec<Seen<dispute::Model>>, DbErr> {
    let wanted = dispute::Column::AgreementId.is_in(agreements.iter().copied());
    let rows = sees_disputes(viewer).filter(wanted).all(connection).await?;
    Ok(rows.into_iter().map(|row| Seen::from_row(viewer, row)).collect())
}
