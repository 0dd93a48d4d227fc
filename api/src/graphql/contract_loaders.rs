//! What contracts of one level need, each in as many statements as it has tables.

use std::{collections::HashMap, sync::Arc};

use async_graphql::dataloader::Loader;
use uuid::Uuid;

use super::{
    loaders::{LoadFailed, Scoped},
    request::fault,
};
use crate::service::contract::{self as service, At, Condition, Guarantee, Told, Variation};

/// The contract with this identity as at a day, if the viewer sees it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct ContractById(pub Uuid, pub At);

/// The conditions of a contract that the viewer has found.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct ConditionsOf(pub Uuid);

/// The guarantees that a contract asks for, which the viewer has found.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct GuaranteesOf(pub Uuid);

/// The variations of a contract that the viewer has found.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct VariationsOf(pub Uuid);

impl Loader<ContractById> for Scoped {
    type Value = Arc<Told>;
    type Error = LoadFailed;

    async fn load(
        &self,
        keys: &[ContractById],
    ) -> Result<HashMap<ContractById, Self::Value>, LoadFailed> {
        let Some(viewer) = self.0.viewer.as_deref() else { return Ok(HashMap::new()) };
        let snapshot = self.0.snapshot().await?;
        let mut by_day: HashMap<At, Vec<Uuid>> = HashMap::new();
        for ContractById(id, at) in keys {
            by_day.entry(*at).or_default().push(*id);
        }
        let mut found = HashMap::new();
        for (at, ids) in by_day {
            let told = service::by_ids(snapshot.connection(), viewer, &ids, at).await;
            let told = told.map_err(fault)?.into_iter();
            found.extend(told.map(|it| (ContractById(it.seen.row.id, at), Arc::new(it))));
        }
        Ok(found)
    }
}

impl Loader<ConditionsOf> for Scoped {
    type Value = Vec<Condition>;
    type Error = LoadFailed;

    async fn load(
        &self,
        keys: &[ConditionsOf],
    ) -> Result<HashMap<ConditionsOf, Self::Value>, LoadFailed> {
        let ids: Vec<Uuid> = keys.iter().map(|key| key.0).collect();
        let snapshot = self.0.snapshot().await?;
        let rows = service::conditions_of(snapshot.connection(), &ids).await.map_err(fault)?;
        let mut of: HashMap<ConditionsOf, Self::Value> = HashMap::new();
        for it in rows {
            of.entry(ConditionsOf(it.row.contract_id)).or_default().push(it);
        }
        Ok(of)
    }
}

impl Loader<GuaranteesOf> for Scoped {
    type Value = Vec<Guarantee>;
    type Error = LoadFailed;

    async fn load(
        &self,
        keys: &[GuaranteesOf],
    ) -> Result<HashMap<GuaranteesOf, Self::Value>, LoadFailed> {
        let ids: Vec<Uuid> = keys.iter().map(|key| key.0).collect();
        let snapshot = self.0.snapshot().await?;
        let rows = service::guarantees_of(snapshot.connection(), &ids).await.map_err(fault)?;
        let mut of: HashMap<GuaranteesOf, Self::Value> = HashMap::new();
        for it in rows {
            of.entry(GuaranteesOf(it.row.contract_id)).or_default().push(it);
        }
        Ok(of)
    }
}

impl Loader<VariationsOf> for Scoped {
    type Value = Vec<Variation>;
    type Error = LoadFailed;

    async fn load(
        &self,
        keys: &[VariationsOf],
    ) -> Result<HashMap<VariationsOf, Self::Value>, LoadFailed> {
        let ids: Vec<Uuid> = keys.iter().map(|key| key.0).collect();
        let snapshot = self.0.snapshot().await?;
        let rows = service::variations_of(snapshot.connection(), &ids).await.map_err(fault)?;
        Ok(rows.into_iter().map(|(id, rows)| (VariationsOf(id), rows)).collect())
    }
}
