use std::collections::BTreeMap;

use entities::contract_variation as variation;
use sea_orm::{ColumnTrait, ConnectionTrait, DbErr, EntityTrait, QueryFilter, QueryOrder};
use uuid::Uuid;

use crate::{access::facts::whole, database::Writing, service::Stopped};

/// The variations of contracts that the caller has found through its view, the first first.
///
/// # Errors
/// A fault of the database.
#[expect(clippy::disallowed_methods, reason = "the caller found the contracts through its view")]
pub async fn variations_of(
    connection: &impl ConnectionTrait,
    contracts: &[Uuid],
) -> Result<BTreeMap<Uuid, Vec<variation::Model>>, DbErr> {
    let rows = variation::Entity::find()
        .filter(variation::Column::ContractId.is_in(contracts.iter().copied()))
        .order_by_asc(variation::Column::Number)
        .all(connection)
        .await?;
    let mut of: BTreeMap<Uuid, Vec<variation::Model>> = BTreeMap::new();
    for row in rows {
        of.entry(row.contract_id).or_default().push(row);
    }
    Ok(of)
}

/// The number of a contract's next variation.
pub(super) async fn next_number(tx: &Writing, contract: Uuid) -> Result<i32, Stopped> {
    let known = variations_of(&whole(&**tx), &[contract]).await?;
    Ok(known.get(&contract).and_then(|rows| rows.last()).map_or(1, |last| last.number + 1))
}
