//! Who stands around funds: the facts by which the policy decides what somebody may do.

use std::collections::HashMap;

use domain::policy::Parties;
use entities::agreement_partner;
use sea_orm::{ColumnTrait, ConnectionTrait, DbErr, EntityTrait, QueryFilter, QueryOrder};
use uuid::Uuid;

use super::partners;

/// The host and the partners of each of these funds, which the caller has found through its view.
///
/// # Errors
/// A fault of the database.
#[expect(clippy::disallowed_methods, reason = "a reviewed reader: rules hold over all rows")]
pub async fn of_funds(
    connection: &impl ConnectionTrait,
    funds: &[Uuid],
) -> Result<HashMap<Uuid, Parties>, DbErr> {
    let agreements = partners::agreements_of(connection, funds).await?;
    let ids = agreements.iter().map(|(fund, _)| fund.agreement_id);
    let rows = agreement_partner::Entity::find()
        .filter(agreement_partner::Column::AgreementId.is_in(ids))
        .order_by_asc(agreement_partner::Column::Position)
        .all(connection)
        .await?;
    let parties = |agreement: Uuid, host: Option<Uuid>| Parties {
        host,
        partners: rows
            .iter()
            .filter(|row| row.agreement_id == agreement)
            .map(|row| row.organisation_id)
            .collect(),
        funded_providers: Vec::new(),
    };
    let of = agreements.into_iter().map(|(fund, agreement)| {
        let host = agreement.and_then(|agreement| agreement.host_id);
        (fund.id, parties(fund.agreement_id, host))
    });
    Ok(of.collect())
}
