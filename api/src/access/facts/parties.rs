//! Who stands around funds: the facts by which the policy decides what somebody may do.

use std::collections::HashMap;

use sea_orm::{ConnectionTrait, DbErr};
use uuid::Uuid;

use super::partners::{self, Partnership};

/// The hosts and the partners of each of these funds, which the caller has found through its view.
///
/// # Errors
/// A fault of the database.
pub async fn of_funds(
    connection: &impl ConnectionTrait,
    funds: &[Uuid],
) -> Result<HashMap<Uuid, Partnership>, DbErr> {
    let agreements = partners::agreements_of(connection, funds).await?;
    let ids: Vec<Uuid> = agreements.iter().map(|(fund, _)| fund.agreement_id).collect();
    let partnerships = partners::of_agreements(connection, &ids).await?;
    let of = agreements.into_iter().map(|(fund, _)| {
        (fund.id, partnerships.get(&fund.agreement_id).cloned().unwrap_or_default())
    });
    Ok(of.collect())
}
