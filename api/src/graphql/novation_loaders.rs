//! What novations and figures of contracts of one level need, each in as many statements as it has
//! tables.

use std::collections::HashMap;

use async_graphql::dataloader::Loader;
use uuid::Uuid;

use super::{
    loaders::{LoadFailed, Scoped},
    request::fault,
};
use crate::service::contract::{self as service, ListSizes, Novated};

/// The novations of a contract that the viewer has found, by which it was replaced.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct NovationsOf(pub Uuid);

/// The novations by which a contract that the viewer has found took the place of others that it sees.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct NovationsUnder(pub Uuid);

/// What was counted of the people of a contract that the viewer has found.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct ListSizesOf(pub Uuid);

impl Loader<NovationsOf> for Scoped {
    type Value = Vec<Novated>;
    type Error = LoadFailed;

    async fn load(
        &self,
        keys: &[NovationsOf],
    ) -> Result<HashMap<NovationsOf, Self::Value>, LoadFailed> {
        let ids: Vec<Uuid> = keys.iter().map(|key| key.0).collect();
        let snapshot = self.0.snapshot().await?;
        let of = service::novations_of(snapshot.connection(), &ids).await.map_err(fault)?;
        Ok(of.into_iter().map(|(id, rows)| (NovationsOf(id), rows)).collect())
    }
}

impl Loader<NovationsUnder> for Scoped {
    type Value = Vec<Novated>;
    type Error = LoadFailed;

    async fn load(
        &self,
        keys: &[NovationsUnder],
    ) -> Result<HashMap<NovationsUnder, Self::Value>, LoadFailed> {
        let Some(viewer) = self.0.viewer.as_deref() else { return Ok(HashMap::new()) };
        let ids: Vec<Uuid> = keys.iter().map(|key| key.0).collect();
        let snapshot = self.0.snapshot().await?;
        let of = service::replaced_under(snapshot.connection(), viewer, &ids).await;
        let of = of.map_err(fault)?.into_iter();
        Ok(of.map(|(id, rows)| (NovationsUnder(id), rows)).collect())
    }
}

impl Loader<ListSizesOf> for Scoped {
    type Value = ListSizes;
    type Error = LoadFailed;

    async fn load(
        &self,
        keys: &[ListSizesOf],
    ) -> Result<HashMap<ListSizesOf, Self::Value>, LoadFailed> {
        let ids: Vec<Uuid> = keys.iter().map(|key| key.0).collect();
        let snapshot = self.0.snapshot().await?;
        let of = service::list_sizes_of(snapshot.connection(), &ids).await.map_err(fault)?;
        Ok(of.into_iter().map(|(id, rows)| (ListSizesOf(id), rows)).collect())
    }
}
