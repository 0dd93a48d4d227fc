//! What the returns of one level need, read in one statement each.

use std::{
    collections::HashMap,
    hash::{Hash, Hasher},
    sync::Arc,
};

use async_graphql::{Result, dataloader::Loader};
use entities::{fund_return, fund_return_narrative as narrative, value::FinancialYear};
use uuid::Uuid;

use super::{
    loaders::{LoadFailed, Scoped},
    request::fault,
};
use crate::{
    access::Seen,
    nested_loader,
    service::fund_return::{self as service, History},
};

/// The return with this identity, if the viewer sees it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct ReturnById(pub Uuid);

/// What was done to a return that the viewer sees.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct HistoryOf(pub fund_return::Model);

/// What the host says about schemes in a return that the viewer sees.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct NarrativesOf(pub Uuid);

nested_loader!(
    /// A page of a fund's returns, of one year where one is named.
    ReturnsOfFund,
    Option<FinancialYear>,
    fund_return::Model,
    service::pages,
    service::counts
);

impl Hash for HistoryOf {
    fn hash<H: Hasher>(&self, state: &mut H) {
        self.0.id.hash(state);
    }
}

impl Loader<ReturnById> for Scoped {
    type Value = Seen<fund_return::Model>;
    type Error = LoadFailed;

    async fn load(&self, keys: &[ReturnById]) -> Result<HashMap<ReturnById, Self::Value>> {
        let Some(viewer) = self.0.viewer.as_deref() else { return Ok(HashMap::new()) };
        let ids: Vec<Uuid> = keys.iter().map(|key| key.0).collect();
        let snapshot = self.0.snapshot().await?;
        let rows = service::by_ids(snapshot.connection(), viewer, &ids).await.map_err(fault)?;
        Ok(rows.into_iter().map(|seen| (ReturnById(seen.row.id), seen)).collect())
    }
}

impl Loader<HistoryOf> for Scoped {
    type Value = Arc<History>;
    type Error = LoadFailed;

    async fn load(&self, keys: &[HistoryOf]) -> Result<HashMap<HistoryOf, Self::Value>> {
        let Some(viewer) = self.0.viewer.as_deref() else { return Ok(HashMap::new()) };
        let rows: Vec<&fund_return::Model> = keys.iter().map(|key| &key.0).collect();
        let snapshot = self.0.snapshot().await?;
        let mut of =
            service::histories(snapshot.connection(), &rows, viewer.today).await.map_err(fault)?;
        let history = |key: &HistoryOf| Some((key.clone(), Arc::new(of.remove(&key.0.id)?)));
        Ok(keys.iter().filter_map(history).collect())
    }
}

impl Loader<NarrativesOf> for Scoped {
    type Value = Arc<Vec<narrative::Model>>;
    type Error = LoadFailed;

    async fn load(&self, keys: &[NarrativesOf]) -> Result<HashMap<NarrativesOf, Self::Value>> {
        let ids: Vec<Uuid> = keys.iter().map(|key| key.0).collect();
        let snapshot = self.0.snapshot().await?;
        let of = service::narratives(snapshot.connection(), &ids).await.map_err(fault)?;
        Ok(of.into_iter().map(|(id, rows)| (NarrativesOf(id), Arc::new(rows))).collect())
    }
}
