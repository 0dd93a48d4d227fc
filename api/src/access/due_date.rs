//! Which due dates a viewer sees: those of days on which it stood to the agreement in a relation that
//! reads them whole.

use domain::policy::matrix::FieldGroup;
use entities::{access, due_date as due};
use sea_orm::{ColumnTrait, ConnectionTrait, DbErr, QueryFilter, SelectTwo};
use uuid::Uuid;

use super::{Seen, Through, readers};
use crate::auth::Viewer;

/// The due dates that the viewer sees.
#[must_use]
pub fn sees_due_dates(viewer: &Viewer) -> SelectTwo<due::Entity, access::Entity> {
    use due::Column::{AgreementId, DueOn};
    let kinds = readers(FieldGroup::AgreementTerms);
    let through =
        Through::any_of(viewer, (due::Entity, AgreementId), &kinds).on((due::Entity, DueOn));
    super::stands::<due::Entity>(AgreementId, viewer).filter(through.cuts())
}

/// The one with this id, if the viewer sees it.
///
/// # Errors
/// A fault of the database.
pub async fn visible(
    connection: &impl ConnectionTrait,
    viewer: &Viewer,
    id: Uuid,
) -> Result<Option<Seen<due::Model>>, DbErr> {
    let found = sees_due_dates(viewer).filter(due::Column::Id.eq(id)).one(connection).await?;
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
) -> Result<Vec<Seen<due::Model>>, DbErr> {
    let wanted = due::Column::AgreementId.is_in(agreements.iter().copied());
    let rows = sees_due_dates(viewer).filter(wanted).all(connection).await?;
    Ok(rows.into_iter().map(|row| Seen::from_row(viewer, row)).collect())
}
