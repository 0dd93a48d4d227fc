use entities::value::FinancialYear;
use sea_orm::{ConnectionTrait, DbErr};
use uuid::Uuid;

use super::ChainPayment;
use crate::{
    access::chain_payment::{self as access, PaidLink},
    auth::Viewer,
    service::{Refusal, Stopped},
};

/// Those of these links that the viewer sees, with what was paid under them, as far as it is seen.
///
/// # Errors
/// A fault of the database.
pub async fn of_links(
    connection: &impl ConnectionTrait,
    viewer: &Viewer,
    links: &[Uuid],
) -> Result<Vec<PaidLink>, DbErr> {
    access::of_links(connection, viewer, links).await
}

/// The links under these head contracts that the viewer sees, with what was paid under them in a year,
/// as far as it is seen: one statement, however deep the chains.
///
/// # Errors
/// A fault of the database.
pub async fn of_contracts(
    connection: &impl ConnectionTrait,
    viewer: &Viewer,
    contracts: &[Uuid],
    year: FinancialYear,
) -> Result<Vec<PaidLink>, DbErr> {
    access::of_contracts(connection, viewer, contracts, year).await
}

/// Those of these payments that the viewer reads.
///
/// # Errors
/// A fault of the database.
pub async fn with_ids(
    connection: &impl ConnectionTrait,
    viewer: &Viewer,
    ids: &[Uuid],
) -> Result<Vec<ChainPayment>, DbErr> {
    let found = access::with_ids(connection, viewer, ids).await?;
    Ok(found.into_iter().map(|(link, seen)| ChainPayment { link, seen }).collect())
}

/// The payment with this id, if the viewer reads it.
///
/// # Errors
/// `NOT_FOUND` at `path`.
pub(super) async fn find(
    connection: &impl ConnectionTrait,
    viewer: &Viewer,
    id: Uuid,
    path: &str,
) -> Result<ChainPayment, Stopped> {
    let found = access::visible(connection, viewer, id).await?;
    let found = found.map(|(link, seen)| ChainPayment { link, seen });
    found.ok_or_else(|| Refusal::not_found("payment", path).into())
}
