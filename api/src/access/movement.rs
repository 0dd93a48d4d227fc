//! Which movements of budget a viewer sees: those that took effect while it stood in a relation
//! that reads at least their summary.

use domain::policy::matrix::FieldGroup;
use entities::{access, budget_movement as movement};
use sea_orm::{ColumnTrait, ConnectionTrait, DbErr, QueryFilter, SelectTwo};
use uuid::Uuid;

use super::{Found, Seen, Through, summarisers};
use crate::auth::Viewer;

/// The movements that the viewer sees.
#[must_use]
pub fn sees_movements(viewer: &Viewer) -> SelectTwo<movement::Entity, access::Entity> {
    use movement::Column::{EffectiveOn, FundId};
    let kinds = summarisers(FieldGroup::BudgetMovements);
    let through = Through::any_of(viewer, (movement::Entity, FundId), &kinds)
        .on((movement::Entity, EffectiveOn));
    super::stands::<movement::Entity>(FundId, viewer).filter(through.cuts())
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
    Ok(found.map(|row| seen(viewer, row)))
}

/// A movement as the viewer stands to its day.
#[must_use]
pub fn seen(viewer: &Viewer, found: Found<movement::Model>) -> Seen<movement::Model> {
    let day = found.0.effective_on;
    Seen::from_row(viewer, found).on(day)
}
