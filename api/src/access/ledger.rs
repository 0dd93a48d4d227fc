//! Which parts of the books a viewer sees: as host or partner everything, else nothing.

use entities::{access, contribution, ledger_transaction as transaction};
use sea_orm::{ColumnTrait, Condition, ConnectionTrait, DbErr, QueryFilter, SelectTwo};
use uuid::Uuid;

use super::Seen;
use crate::auth::Viewer;

fn of_the_agreement() -> Condition {
    Condition::any().add(access::Column::IsHost.eq(true)).add(access::Column::IsPartner.eq(true))
}

/// The ledger transactions that the viewer sees.
#[must_use]
pub fn sees_transactions(viewer: &Viewer) -> SelectTwo<transaction::Entity, access::Entity> {
    super::sees::<transaction::Entity>(transaction::Column::FundId, viewer)
        .filter(of_the_agreement())
}

/// The contributions that the viewer sees.
#[must_use]
pub fn sees_contributions(viewer: &Viewer) -> SelectTwo<contribution::Entity, access::Entity> {
    super::sees::<contribution::Entity>(contribution::Column::FundId, viewer)
        .filter(of_the_agreement())
}

/// The transaction with this id, if the viewer sees it.
///
/// # Errors
/// A fault of the database.
pub async fn visible_transaction(
    connection: &impl ConnectionTrait,
    viewer: &Viewer,
    id: Uuid,
) -> Result<Option<Seen<transaction::Model>>, DbErr> {
    let found =
        sees_transactions(viewer).filter(transaction::Column::Id.eq(id)).one(connection).await?;
    Ok(found.map(Seen::from_row))
}

/// The contribution with this id, if the viewer sees it.
///
/// # Errors
/// A fault of the database.
pub async fn visible_contribution(
    connection: &impl ConnectionTrait,
    viewer: &Viewer,
    id: Uuid,
) -> Result<Option<Seen<contribution::Model>>, DbErr> {
    let found =
        sees_contributions(viewer).filter(contribution::Column::Id.eq(id)).one(connection).await?;
    Ok(found.map(Seen::from_row))
}
