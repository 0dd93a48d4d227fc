//! What links of one level need, each in as many statements as it has tables.

use std::collections::{BTreeMap, HashMap};

use async_graphql::dataloader::Loader;
use chrono::NaiveDate;
use entities::{
    subcontract_clause as clause,
    value::{FinancialYear, Instant},
};
use uuid::Uuid;

use super::{
    loaders::{LoadFailed, Scoped},
    request::fault,
};
use crate::service::{
    consortium_share::{self, Shared},
    subcontract::{self as service, Above, ChainLink, ValueVersion},
};

/// The links under the contract with this identity that the viewer sees, with their values in a
/// year: one statement, whatever the depth.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct ChainOf(pub Uuid, pub FinancialYear);

/// The link with this identity, if the viewer sees it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct SubcontractById(pub Uuid);

/// What was recorded of the clauses of a link that the viewer has found, and reads whole.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct ClausesOf(pub Uuid);

/// What was recorded of the clauses of the links under a head contract whose chain the viewer has
/// read.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct ClausesOfChain(pub Uuid);

/// The versions of the values of a link that the viewer has found, and reads whole.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct ValuesOf(pub Uuid);

/// For which days the value of a link is shared with the consortium, of a link that the viewer has
/// found, and reads whole.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct SharesOf(pub Uuid);

/// How what stands above a link does, of a link and its head contract, as at a day.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct AboveOf(pub Uuid, pub Uuid, pub NaiveDate);

/// When the commissioner decided about a link that the viewer has found, and reads whole.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct DecidedAt(pub Uuid);

impl Loader<ChainOf> for Scoped {
    type Value = Vec<ChainLink>;
    type Error = LoadFailed;

    async fn load(&self, keys: &[ChainOf]) -> Result<HashMap<ChainOf, Self::Value>, LoadFailed> {
        let Some(viewer) = self.0.viewer.as_deref() else { return Ok(HashMap::new()) };
        let snapshot = self.0.snapshot().await?;
        let mut by_year: HashMap<FinancialYear, Vec<Uuid>> = HashMap::new();
        for ChainOf(contract, year) in keys {
            by_year.entry(*year).or_default().push(*contract);
        }
        let mut of: HashMap<ChainOf, Vec<ChainLink>> = HashMap::new();
        for (year, ids) in by_year {
            let links = service::of_contracts(snapshot.connection(), viewer, &ids, year).await;
            for link in links.map_err(fault)? {
                of.entry(ChainOf(link.seen.row.contract_id, year)).or_default().push(link);
            }
        }
        Ok(of)
    }
}

impl Loader<SubcontractById> for Scoped {
    type Value = ChainLink;
    type Error = LoadFailed;

    async fn load(
        &self,
        keys: &[SubcontractById],
    ) -> Result<HashMap<SubcontractById, ChainLink>, LoadFailed> {
        let Some(viewer) = self.0.viewer.as_deref() else { return Ok(HashMap::new()) };
        let ids: Vec<Uuid> = keys.iter().map(|key| key.0).collect();
        let snapshot = self.0.snapshot().await?;
        let year = FinancialYear::of(viewer.today);
        let links = service::with_ids(snapshot.connection(), viewer, &ids, year).await;
        let links = links.map_err(fault)?.into_iter();
        Ok(links.map(|link| (SubcontractById(link.seen.row.id), link)).collect())
    }
}

impl Loader<ClausesOf> for Scoped {
    type Value = Vec<clause::Model>;
    type Error = LoadFailed;

    async fn load(
        &self,
        keys: &[ClausesOf],
    ) -> Result<HashMap<ClausesOf, Self::Value>, LoadFailed> {
        let ids: Vec<Uuid> = keys.iter().map(|key| key.0).collect();
        let snapshot = self.0.snapshot().await?;
        let of = service::clauses_of(snapshot.connection(), &ids).await.map_err(fault)?;
        Ok(of.into_iter().map(|(link, clauses)| (ClausesOf(link), clauses)).collect())
    }
}

impl Loader<ClausesOfChain> for Scoped {
    type Value = Vec<clause::Model>;
    type Error = LoadFailed;

    async fn load(
        &self,
        keys: &[ClausesOfChain],
    ) -> Result<HashMap<ClausesOfChain, Self::Value>, LoadFailed> {
        let ids: Vec<Uuid> = keys.iter().map(|key| key.0).collect();
        let snapshot = self.0.snapshot().await?;
        let of = service::clauses_of_contracts(snapshot.connection(), &ids).await;
        let of = of.map_err(fault)?.into_iter();
        Ok(of.map(|(contract, clauses)| (ClausesOfChain(contract), clauses)).collect())
    }
}

impl Loader<ValuesOf> for Scoped {
    type Value = BTreeMap<i32, ValueVersion>;
    type Error = LoadFailed;

    async fn load(&self, keys: &[ValuesOf]) -> Result<HashMap<ValuesOf, Self::Value>, LoadFailed> {
        let ids: Vec<Uuid> = keys.iter().map(|key| key.0).collect();
        let snapshot = self.0.snapshot().await?;
        let of = service::values_of(snapshot.connection(), &ids).await.map_err(fault)?;
        Ok(of.into_iter().map(|(link, versions)| (ValuesOf(link), versions)).collect())
    }
}

impl Loader<SharesOf> for Scoped {
    type Value = Vec<Shared>;
    type Error = LoadFailed;

    async fn load(&self, keys: &[SharesOf]) -> Result<HashMap<SharesOf, Self::Value>, LoadFailed> {
        let ids: Vec<Uuid> = keys.iter().map(|key| key.0).collect();
        let snapshot = self.0.snapshot().await?;
        let of = consortium_share::of_links(snapshot.connection(), &ids).await.map_err(fault)?;
        Ok(of.into_iter().map(|(link, shares)| (SharesOf(link), shares)).collect())
    }
}

impl Loader<AboveOf> for Scoped {
    type Value = Vec<Above>;
    type Error = LoadFailed;

    async fn load(&self, keys: &[AboveOf]) -> Result<HashMap<AboveOf, Vec<Above>>, LoadFailed> {
        let links: Vec<_> = keys.iter().map(|key| (key.0, key.1, key.2)).collect();
        let snapshot = self.0.snapshot().await?;
        let above = service::above(snapshot.connection(), &links).await;
        let mut above = above.map_err(fault)?;
        Ok(keys.iter().map(|key| (*key, above.remove(&key.0).unwrap_or_default())).collect())
    }
}

impl Loader<DecidedAt> for Scoped {
    type Value = Instant;
    type Error = LoadFailed;

    async fn load(&self, keys: &[DecidedAt]) -> Result<HashMap<DecidedAt, Instant>, LoadFailed> {
        let ids: Vec<Uuid> = keys.iter().map(|key| key.0).collect();
        let snapshot = self.0.snapshot().await?;
        let acts = service::decided(snapshot.connection(), &ids).await.map_err(fault)?.into_iter();
        Ok(acts.map(|it| (DecidedAt(it.subcontract_id), it.recorded_at)).collect())
    }
}
