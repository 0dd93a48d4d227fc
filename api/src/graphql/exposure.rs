//! What an organisation has at stake over the supply chains in which it stands.

use async_graphql::{Context, Result, SimpleObject};
use entities::value::FinancialYear as Year;
use uuid::Uuid;

use super::{
    request::{Asked, fault},
    scalars::FinancialYear,
    supply_chain::{ShownAmount, ratio, whole},
};
use crate::service::subcontract as service;

/// What your own organisation has at stake over all the supply chains in which it buys or sells. It
/// alone sees it.
#[derive(Clone, Debug, SimpleObject)]
pub struct SupplyChainExposure {
    /// The financial year.
    pub financial_year: FinancialYear,
    /// Under how many head contracts it sells.
    pub contracts: i32,
    /// How many organisations buy from it.
    pub buyers: i32,
    /// How many organisations it buys from.
    pub sellers: i32,
    /// What it sells; withheld where a range enters, whose amount is not its own to know.
    pub sold: ShownAmount,
    /// What it buys.
    pub bought: ShownAmount,
    /// What it keeps.
    pub kept: ShownAmount,
    /// How much of what it sells its greatest buyer takes, in hundredths of a per cent; null where
    /// something hidden enters it, or it sells nothing.
    pub greatest_buyer: Option<i32>,
}

/// The exposure of an organisation, when it is the viewer's own.
///
/// # Errors
/// A fault.
pub async fn of(
    ctx: &Context<'_>,
    organisation: Uuid,
    year: Year,
) -> Result<Option<SupplyChainExposure>> {
    let Some(viewer) = ctx.request()?.viewer.as_deref() else { return Ok(None) };
    if viewer.own() != Some(organisation) {
        return Ok(None);
    }
    let snapshot = ctx.request()?.snapshot().await?;
    let found = service::exposure(snapshot.connection(), viewer, organisation, year).await;
    let found = found.map_err(fault)?;
    Ok(Some(SupplyChainExposure {
        financial_year: year.into(),
        contracts: whole(found.contracts),
        buyers: whole(found.buyers),
        sellers: whole(found.sellers),
        sold: found.sold.into(),
        bought: found.bought.into(),
        kept: found.kept.into(),
        greatest_buyer: ratio(found.greatest_buyer),
    }))
}
