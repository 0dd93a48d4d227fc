use sea_orm::{ConnectionTrait, DbErr};
use uuid::Uuid;

use super::{DelegatedBudget, Spending};
use crate::{
    access::delegated_budget as access,
    auth::Viewer,
    service::{Refusal, Stopped},
};

/// The budgets within these contracts that the viewer sees, in the order of recording.
///
/// # Errors
/// A fault of the database.
pub async fn of_contracts(
    connection: &impl ConnectionTrait,
    viewer: &Viewer,
    contracts: &[Uuid],
) -> Result<Vec<DelegatedBudget>, DbErr> {
    let found = access::of_contracts(connection, viewer, contracts).await?;
    Ok(found.into_iter().map(DelegatedBudget).collect())
}

/// Those of these budgets that the viewer sees.
///
/// # Errors
/// A fault of the database.
pub async fn with_ids(
    connection: &impl ConnectionTrait,
    viewer: &Viewer,
    ids: &[Uuid],
) -> Result<Vec<DelegatedBudget>, DbErr> {
    let found = access::with_ids(connection, viewer, ids).await?;
    Ok(found.into_iter().map(DelegatedBudget).collect())
}

/// The budgets that the viewer holds, in the order of recording.
///
/// # Errors
/// A fault of the database.
pub async fn held(
    connection: &impl ConnectionTrait,
    viewer: &Viewer,
) -> Result<Vec<DelegatedBudget>, DbErr> {
    let found = access::held(connection, viewer).await?;
    Ok(found.into_iter().map(DelegatedBudget).collect())
}

/// What the viewer was paid from budgets, in the order of recording.
///
/// # Errors
/// A fault of the database.
pub async fn paid(
    connection: &impl ConnectionTrait,
    viewer: &Viewer,
) -> Result<Vec<Spending>, DbErr> {
    let found = access::paid(connection, viewer).await?;
    Ok(found.iter().map(|row| Spending::among(row.clone(), &found)).collect())
}

/// Those of these statements of what was spent that the viewer sees.
///
/// # Errors
/// A fault of the database.
pub async fn spending_with_ids(
    connection: &impl ConnectionTrait,
    viewer: &Viewer,
    ids: &[Uuid],
) -> Result<Vec<Spending>, DbErr> {
    let found = access::spending_with_ids(connection, viewer, ids).await?;
    let reversals = access::reversals_of(connection, viewer, ids).await?;
    Ok(found.into_iter().map(|row| Spending::among(row, &reversals)).collect())
}

/// The budget with this id, if the viewer sees it.
///
/// # Errors
/// `NOT_FOUND` at `path`.
pub(super) async fn find(
    connection: &impl ConnectionTrait,
    viewer: &Viewer,
    id: Uuid,
    path: &str,
) -> Result<DelegatedBudget, Stopped> {
    let found = with_ids(connection, viewer, &[id]).await?.pop();
    found.ok_or_else(|| Refusal::not_found("delegated budget", path).into())
}

/// The statement of what was spent with this id, if the viewer sees it.
///
/// # Errors
/// `NOT_FOUND` at `path`.
pub(super) async fn find_spending(
    connection: &impl ConnectionTrait,
    viewer: &Viewer,
    id: Uuid,
    path: &str,
) -> Result<Spending, Stopped> {
    let found = spending_with_ids(connection, viewer, &[id]).await?.pop();
    found.ok_or_else(|| Refusal::not_found("statement of what was spent", path).into())
}
