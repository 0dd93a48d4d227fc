//! Which published statements a viewer sees: those about days on which it stood, to the agreement or
//! the fund that they are about, in a relation that reads them.

use domain::policy::matrix::FieldGroup;
use entities::{access, published_statement as statement};
use sea_orm::{ColumnTrait, ConnectionTrait, DbErr, QueryFilter, SelectTwo};
use uuid::Uuid;

use super::{Seen, Through, summarisers};
use crate::auth::Viewer;

/// The statements that the viewer sees.
#[must_use]
pub fn sees_statements(viewer: &Viewer) -> SelectTwo<statement::Entity, access::Entity> {
    use statement::Column::{AsAt, RootId};
    let kinds = summarisers(FieldGroup::PublishedStatements);
    let through =
        Through::any_of(viewer, (statement::Entity, RootId), &kinds).on((statement::Entity, AsAt));
    super::stands::<statement::Entity>(RootId, viewer).filter(through.cuts())
}

/// The statement with this id, if the viewer sees it.
///
/// # Errors
/// A fault of the database.
pub async fn visible(
    connection: &impl ConnectionTrait,
    viewer: &Viewer,
    id: Uuid,
) -> Result<Option<Seen<statement::Model>>, DbErr> {
    let found =
        sees_statements(viewer).filter(statement::Column::Id.eq(id)).one(connection).await?;
    Ok(found.map(|row| Seen::from_row(viewer, row)))
}
