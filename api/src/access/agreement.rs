//! Which partnership agreements a viewer sees: those to which it stands in a relation that reads
//! at least the summary of their terms.

use domain::policy::matrix::FieldGroup;
use entities::{access, partnership_agreement as agreement};
use sea_orm::{
    ColumnTrait, ConnectionTrait, DbErr, QueryFilter, SelectTwo,
    sea_query::{CaseStatement, Expr, SimpleExpr},
};
use uuid::Uuid;

use super::{Seen, Through, readers, summarisers};
use crate::auth::Viewer;

/// The agreements that the viewer sees.
#[must_use]
pub fn sees_agreements(viewer: &Viewer) -> SelectTwo<agreement::Entity, access::Entity> {
    let kinds = summarisers(FieldGroup::AgreementTerms);
    super::stands::<agreement::Entity>(agreement::Column::Id, viewer)
        .filter(Through::any_of(viewer, (agreement::Entity, agreement::Column::Id), &kinds).cuts())
}

/// A column of the agreement that its summary leaves out, as the viewer sees it: null where it is
/// withheld.
#[must_use]
pub fn effective_term(viewer: &Viewer, column: agreement::Column) -> SimpleExpr {
    let kinds = readers(FieldGroup::AgreementTerms);
    let reads = Through::any_of(viewer, (agreement::Entity, agreement::Column::Id), &kinds);
    CaseStatement::new().case(reads.holds(), Expr::col((agreement::Entity, column))).into()
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
    Ok(found.map(|row| Seen::from_row(viewer, row)))
}

/// The agreement that goes by this reference: the viewer's own organisation's, else the only one
/// that the viewer sees.
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
        .all(connection)
        .await?;
    let own = |row: &agreement::Model| Some(row.owner_id) == viewer.own();
    Ok(super::only(viewer, found, own))
}
