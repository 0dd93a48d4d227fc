//! What links of one level feed and measure, each in as many statements as it has tables.

use std::{collections::HashMap, sync::Arc};

use async_graphql::dataloader::Loader;
use uuid::Uuid;

use super::{
    loaders::{LoadFailed, Scoped},
    request::fault,
};
use crate::service::{
    measure_feed::{self as service, Fed, Framed},
    pay::{self, Measured},
};

/// Which measures a link feeds that the viewer has found, and reads whole.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct FedBy(pub Uuid);

/// Every framework of the contract with this identity, of whose links the viewer has found one. It is
/// told measure by measure.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct FramedBy(pub Uuid);

/// What was measured under a link that the viewer has found, as far as it is seen.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct MeasuredUnderLink(pub Uuid);

impl Loader<FedBy> for Scoped {
    type Value = Vec<Fed>;
    type Error = LoadFailed;

    async fn load(&self, keys: &[FedBy]) -> Result<HashMap<FedBy, Self::Value>, LoadFailed> {
        let ids: Vec<Uuid> = keys.iter().map(|key| key.0).collect();
        let snapshot = self.0.snapshot().await?;
        let of = service::of_links(snapshot.connection(), &ids).await.map_err(fault)?;
        Ok(of.into_iter().map(|(link, fed)| (FedBy(link), fed)).collect())
    }
}

impl Loader<FramedBy> for Scoped {
    type Value = Arc<Vec<Framed>>;
    type Error = LoadFailed;

    async fn load(&self, keys: &[FramedBy]) -> Result<HashMap<FramedBy, Self::Value>, LoadFailed> {
        let ids: Vec<Uuid> = keys.iter().map(|key| key.0).collect();
        let snapshot = self.0.snapshot().await?;
        let of = service::frameworks_of(snapshot.connection(), &ids).await.map_err(fault)?;
        Ok(of.into_iter().map(|(contract, it)| (FramedBy(contract), Arc::new(it))).collect())
    }
}

impl Loader<MeasuredUnderLink> for Scoped {
    type Value = Vec<Measured>;
    type Error = LoadFailed;

    async fn load(
        &self,
        keys: &[MeasuredUnderLink],
    ) -> Result<HashMap<MeasuredUnderLink, Self::Value>, LoadFailed> {
        let Some(viewer) = self.0.viewer.as_deref() else { return Ok(HashMap::new()) };
        let ids: Vec<Uuid> = keys.iter().map(|key| key.0).collect();
        let snapshot = self.0.snapshot().await?;
        let of = pay::measurements_of_links(snapshot.connection(), viewer, &ids).await;
        let of = of.map_err(fault)?;
        Ok(of.into_iter().map(|(link, seen)| (MeasuredUnderLink(link), seen)).collect())
    }
}
