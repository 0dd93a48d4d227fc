//! What was paid under links of one level, in one statement.

use std::{collections::HashMap, sync::Arc};

use async_graphql::dataloader::Loader;
use entities::value::FinancialYear;
use uuid::Uuid;

use super::{
    loaders::{LoadFailed, Scoped},
    request::fault,
};
use crate::{
    access::chain_payment::PaidLink,
    service::chain_payment::{self as service, ChainPayment},
};

/// What was paid under the link with this identity, as far as the viewer sees it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct PaidUnder(pub Uuid);

/// What was paid under the links of the head contract with this identity in a year, as far as the
/// viewer sees it: one statement, whatever the depth.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct PaidDown(pub Uuid, pub FinancialYear);

/// The payment with this identity, if the viewer reads it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct ChainPaymentById(pub Uuid);

impl Loader<PaidUnder> for Scoped {
    type Value = Arc<PaidLink>;
    type Error = LoadFailed;

    async fn load(
        &self,
        keys: &[PaidUnder],
    ) -> Result<HashMap<PaidUnder, Self::Value>, LoadFailed> {
        let Some(viewer) = self.0.viewer.as_deref() else { return Ok(HashMap::new()) };
        let ids: Vec<Uuid> = keys.iter().map(|key| key.0).collect();
        let snapshot = self.0.snapshot().await?;
        let paid = service::of_links(snapshot.connection(), viewer, &ids).await.map_err(fault)?;
        Ok(paid.into_iter().map(|it| (PaidUnder(it.seen.row.id), Arc::new(it))).collect())
    }
}

impl Loader<PaidDown> for Scoped {
    type Value = Arc<Vec<PaidLink>>;
    type Error = LoadFailed;

    async fn load(&self, keys: &[PaidDown]) -> Result<HashMap<PaidDown, Self::Value>, LoadFailed> {
        let Some(viewer) = self.0.viewer.as_deref() else { return Ok(HashMap::new()) };
        let snapshot = self.0.snapshot().await?;
        let mut by_year: HashMap<FinancialYear, Vec<Uuid>> = HashMap::new();
        for PaidDown(contract, year) in keys {
            by_year.entry(*year).or_default().push(*contract);
        }
        let mut of: HashMap<PaidDown, Vec<PaidLink>> = HashMap::new();
        for (year, ids) in by_year {
            let links = service::of_contracts(snapshot.connection(), viewer, &ids, year).await;
            for link in links.map_err(fault)? {
                of.entry(PaidDown(link.seen.row.contract_id, year)).or_default().push(link);
            }
        }
        Ok(of.into_iter().map(|(key, links)| (key, Arc::new(links))).collect())
    }
}

impl Loader<ChainPaymentById> for Scoped {
    type Value = ChainPayment;
    type Error = LoadFailed;

    async fn load(
        &self,
        keys: &[ChainPaymentById],
    ) -> Result<HashMap<ChainPaymentById, ChainPayment>, LoadFailed> {
        let Some(viewer) = self.0.viewer.as_deref() else { return Ok(HashMap::new()) };
        let ids: Vec<Uuid> = keys.iter().map(|key| key.0).collect();
        let snapshot = self.0.snapshot().await?;
        let found = service::with_ids(snapshot.connection(), viewer, &ids).await.map_err(fault)?;
        Ok(found.into_iter().map(|it| (ChainPaymentById(it.seen.payment.id), it)).collect())
    }
}
