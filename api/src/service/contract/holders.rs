use std::collections::{BTreeSet, HashMap};

use domain::rules::supply_chain::on_at_least;
use sea_orm::{ConnectionTrait, DbErr};
use uuid::Uuid;

use crate::{access::contract::holding, auth::Viewer, service::subcontract::selling};

/// Organisations, and how many contracts each holds.
pub type Holders = Vec<(Uuid, usize)>;

/// An organisation that holds contracts or sells in their supply chains, of those that a viewer sees.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Supplier {
    /// The organisation.
    pub organisation: Uuid,
    /// On how many contracts it is.
    pub contracts: usize,
    /// How many it holds.
    pub holds: usize,
    /// In the supply chains of how many it sells.
    pub sells: usize,
}

/// The organisations that hold so many or more of the contracts that the viewer sees, that were
/// awarded and have not ended; those that hold most first.
///
/// # Errors
/// A fault of the database.
pub async fn holders(
    connection: &impl ConnectionTrait,
    viewer: &Viewer,
    least: usize,
) -> Result<Holders, DbErr> {
    Ok(on_at_least(least, &holding(connection, viewer).await?))
}

/// The organisations that hold so many or more of these contracts, or sell in their supply chains in
/// links that the viewer sees; those that are on most first. What sells in a chain whose contract is
/// hidden is not counted: by which of its links hang together that contract could be told.
///
/// # Errors
/// A fault of the database.
pub async fn suppliers(
    connection: &impl ConnectionTrait,
    viewer: &Viewer,
    least: usize,
) -> Result<Vec<Supplier>, DbErr> {
    let mut held = holding(connection, viewer).await?;
    let contracts: BTreeSet<Uuid> = held.iter().map(|(contract, _)| *contract).collect();
    let mut sold = selling(connection, viewer).await?;
    sold.retain(|(contract, _)| contracts.contains(contract));
    let count = |stands: &[(Uuid, Uuid)]| -> HashMap<Uuid, usize> {
        on_at_least(1, stands).into_iter().collect()
    };
    let (holds, sells) = (count(&held), count(&sold));
    let of = |of: &HashMap<Uuid, usize>, organisation| of.get(&organisation).copied().unwrap_or(0);
    let supplier = |(organisation, contracts): (Uuid, usize)| Supplier {
        organisation,
        contracts,
        holds: of(&holds, organisation),
        sells: of(&sells, organisation),
    };
    held.extend(sold);
    Ok(on_at_least(least, &held).into_iter().map(supplier).collect())
}
