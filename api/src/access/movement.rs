//! Which movements of budget a viewer sees: those of the agreements it is host or partner of.

use domain::policy::matrix::FieldGroup;
use entities::{access, budget_movement as movement};
use sea_orm::{ColumnTrait, ConnectionTrait, DbErr, QueryFilter, SelectTwo};
use uuid::Uuid;

use super::Seen;
use crate::auth::Viewer;

/// The movements that the viewer sees.
#[must_use]
pub fn sees_movements(viewer: &Viewer) -> SelectTwo<movement::Entity, access::Entity> {
    super::sees::<movement::Entity>(movement::Column::FundId, viewer)
        .filter(super::readers(FieldGroup::BudgetMovements))
}

/// The movement with this id, if the viewer sees it.
///
/// # Errors
/// A fault of the database.
pub async fn visible(
    connection: &impl ConnectionTrait,
    viewer: &Viewer,
    id: Uuid,
) -> Result<Option<Seen<movement::Model>>, DbErr> {
    let found = sees_movements(viewer).filter(movement::Column::Id.eq(id)).one(connection).await?;
    Ok(found.map(Seen::from_row))
}
