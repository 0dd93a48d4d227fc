//! What the commitments of one level need, read in one statement each.

use std::collections::HashMap;

use async_graphql::{Context, Result, dataloader::Loader};
use entities::{commitment, value::Pence};
use uuid::Uuid;

use super::{
    loaders::{LoadFailed, Loading, Scoped},
    request::fault,
};
use crate::{
    access::Seen,
    nested_loader,
    service::commitment::{self as service, List},
};

/// The commitment with this identity, if the viewer sees it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct CommitmentById(pub Uuid);

nested_loader!(
    /// A page of a list of commitments.
    CommitmentsOf,
    List,
    commitment::Model,
    service::pages,
    service::counts
);

/// What was released of a promise, as a negative amount.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
struct ReleasedOf(Uuid);

/// What was released of a promise, as a negative amount.
pub(super) async fn released(ctx: &Context<'_>, promise: Uuid) -> Result<Pence> {
    Ok(ctx.loaders()?.load_one(ReleasedOf(promise)).await?.unwrap_or_default())
}

impl Loader<CommitmentById> for Scoped {
    type Value = Seen<commitment::Model>;
    type Error = LoadFailed;

    async fn load(&self, keys: &[CommitmentById]) -> Result<HashMap<CommitmentById, Self::Value>> {
        let Some(viewer) = self.0.viewer.as_deref() else { return Ok(HashMap::new()) };
        let ids: Vec<Uuid> = keys.iter().map(|key| key.0).collect();
        let snapshot = self.0.snapshot().await?;
        let rows = service::by_ids(snapshot.connection(), viewer, &ids).await.map_err(fault)?;
        Ok(rows.into_iter().map(|seen| (CommitmentById(seen.row.id), seen)).collect())
    }
}

impl Loader<ReleasedOf> for Scoped {
    type Value = Pence;
    type Error = LoadFailed;

    async fn load(&self, keys: &[ReleasedOf]) -> Result<HashMap<ReleasedOf, Pence>> {
        let ids: Vec<Uuid> = keys.iter().map(|key| key.0).collect();
        let snapshot = self.0.snapshot().await?;
        let sums = service::released(snapshot.connection(), &ids).await.map_err(fault)?;
        Ok(sums.into_iter().map(|(promise, amount)| (ReleasedOf(promise), amount)).collect())
    }
}
