//! Which schemes a viewer sees: all of its agreements' funds, and of other funds those that pay it.

use domain::policy::matrix::FieldGroup;
use entities::{access, scheme};
use sea_orm::{
    ColumnTrait, ConnectionTrait, DbErr, QueryFilter, SelectTwo,
    sea_query::{CaseStatement, Expr, SimpleExpr},
};
use uuid::Uuid;

use super::Seen;
use crate::auth::Viewer;

/// The schemes that the viewer sees.
#[must_use]
pub fn sees_schemes(viewer: &Viewer) -> SelectTwo<scheme::Entity, access::Entity> {
    super::sees::<scheme::Entity>(scheme::Column::FundId, viewer).filter(
        super::readers(FieldGroup::SchemeName)
            .add(scheme::Column::ProviderId.eq(viewer.organisation)),
    )
}

/// A column of the scheme's terms as the viewer sees it: null where it is withheld. Filters and
/// orders ask this and never the column itself (rule V1).
#[must_use]
pub fn effective_term(column: scheme::Column) -> SimpleExpr {
    CaseStatement::new()
        .case(super::readers(FieldGroup::SchemeTerms), Expr::col((scheme::Entity, column)))
        .into()
}

/// The scheme with this id, if the viewer sees it.
///
/// # Errors
/// A fault of the database.
pub async fn visible(
    connection: &impl ConnectionTrait,
    viewer: &Viewer,
    id: Uuid,
) -> Result<Option<Seen<scheme::Model>>, DbErr> {
    let found = sees_schemes(viewer).filter(scheme::Column::Id.eq(id)).one(connection).await?;
    Ok(found.map(Seen::from_row))
}
