//! Which pooled funds a viewer sees: those of its agreements, and those that pay it.

use domain::policy::matrix::FieldGroup;
use entities::{access, pooled_fund as fund};
use sea_orm::{
    ColumnTrait, ConnectionTrait, DbErr, QueryFilter, SelectTwo,
    sea_query::{CaseStatement, Expr, SimpleExpr},
};
use uuid::Uuid;

use super::Seen;
use crate::auth::Viewer;

/// The funds that the viewer sees as host, partner or funded provider.
#[must_use]
pub fn sees_funds(viewer: &Viewer) -> SelectTwo<fund::Entity, access::Entity> {
    super::sees::<fund::Entity>(fund::Column::Id, viewer)
}

/// A column of the fund's terms as the viewer sees it: null where it is withheld. Filters and
/// orders ask this and never the column itself (rule V1).
#[must_use]
pub fn effective_term(column: fund::Column) -> SimpleExpr {
    CaseStatement::new()
        .case(super::readers(FieldGroup::FundTerms), Expr::col((fund::Entity, column)))
        .into()
}

/// The fund with this id, if the viewer sees it.
///
/// # Errors
/// A fault of the database.
pub async fn visible(
    connection: &impl ConnectionTrait,
    viewer: &Viewer,
    id: Uuid,
) -> Result<Option<Seen<fund::Model>>, DbErr> {
    let found = sees_funds(viewer).filter(fund::Column::Id.eq(id)).one(connection).await?;
    Ok(found.map(Seen::from_row))
}

/// The fund that goes by this reference, if the viewer sees it.
///
/// # Errors
/// A fault of the database.
pub async fn by_reference(
    connection: &impl ConnectionTrait,
    viewer: &Viewer,
    reference: &str,
) -> Result<Option<Seen<fund::Model>>, DbErr> {
    let found =
        sees_funds(viewer).filter(fund::Column::Reference.eq(reference)).one(connection).await?;
    Ok(found.map(Seen::from_row))
}
