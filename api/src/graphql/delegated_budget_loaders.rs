//! Delegated budgets of one level, in as many statements as they have tables.

use std::{collections::HashMap, sync::Arc};

use async_graphql::dataloader::Loader;
use uuid::Uuid;

use super::{
    loaders::{LoadFailed, Scoped},
    request::fault,
};
use crate::service::delegated_budget::{self as service, DelegatedBudget, Spending};

/// The budgets delegated within the contract with this identity, as far as the viewer sees them.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct DelegatedWithin(pub Uuid);

/// The delegated budget with this identity, if the viewer sees it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct DelegatedBudgetById(pub Uuid);

/// The statement of what was spent with this identity, if the viewer sees it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct DelegatedSpendingById(pub Uuid);

impl Loader<DelegatedWithin> for Scoped {
    type Value = Arc<Vec<Arc<DelegatedBudget>>>;
    type Error = LoadFailed;

    async fn load(
        &self,
        keys: &[DelegatedWithin],
    ) -> Result<HashMap<DelegatedWithin, Self::Value>, LoadFailed> {
        let Some(viewer) = self.0.viewer.as_deref() else { return Ok(HashMap::new()) };
        let ids: Vec<Uuid> = keys.iter().map(|key| key.0).collect();
        let snapshot = self.0.snapshot().await?;
        let found = service::of_contracts(snapshot.connection(), viewer, &ids).await;
        let mut of: HashMap<DelegatedWithin, Vec<Arc<DelegatedBudget>>> = HashMap::new();
        for it in found.map_err(fault)? {
            of.entry(DelegatedWithin(it.0.seen.row.contract_id)).or_default().push(Arc::new(it));
        }
        Ok(of.into_iter().map(|(key, budgets)| (key, Arc::new(budgets))).collect())
    }
}

impl Loader<DelegatedBudgetById> for Scoped {
    type Value = Arc<DelegatedBudget>;
    type Error = LoadFailed;

    async fn load(
        &self,
        keys: &[DelegatedBudgetById],
    ) -> Result<HashMap<DelegatedBudgetById, Self::Value>, LoadFailed> {
        let Some(viewer) = self.0.viewer.as_deref() else { return Ok(HashMap::new()) };
        let ids: Vec<Uuid> = keys.iter().map(|key| key.0).collect();
        let snapshot = self.0.snapshot().await?;
        let found = service::with_ids(snapshot.connection(), viewer, &ids).await.map_err(fault)?;
        let by_id = |it: DelegatedBudget| (DelegatedBudgetById(it.0.seen.row.id), Arc::new(it));
        Ok(found.into_iter().map(by_id).collect())
    }
}

impl Loader<DelegatedSpendingById> for Scoped {
    type Value = Spending;
    type Error = LoadFailed;

    async fn load(
        &self,
        keys: &[DelegatedSpendingById],
    ) -> Result<HashMap<DelegatedSpendingById, Self::Value>, LoadFailed> {
        let Some(viewer) = self.0.viewer.as_deref() else { return Ok(HashMap::new()) };
        let ids: Vec<Uuid> = keys.iter().map(|key| key.0).collect();
        let snapshot = self.0.snapshot().await?;
        let found = service::spending_with_ids(snapshot.connection(), viewer, &ids).await;
        let found = found.map_err(fault)?.into_iter();
        Ok(found.map(|it| (DelegatedSpendingById(it.row.id), it)).collect())
    }
}
