//! What the commitments of one level need, read in one statement each.

use std::collections::HashMap;

use async_graphql::{Context, Result, dataloader::Loader};
use chrono::NaiveDate;
use domain::policy::{Rights, derive::FOREVER, matrix::FieldGroup};
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

/// What was released of a promise by a day that is the last of the viewer's, as a negative amount.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
struct ReleasedOf(Uuid, Option<NaiveDate>);

/// What was released of a promise on days that are open to the viewer, as a negative amount.
pub(super) async fn released(
    ctx: &Context<'_>,
    promise: &Seen<commitment::Model>,
) -> Result<Pence> {
    let open_to = promise.standing.open_to(FieldGroup::Ledger, Rights::reads_all);
    let key = ReleasedOf(promise.row.id, open_to.filter(|day| *day < FOREVER));
    Ok(ctx.loaders()?.load_one(key).await?.unwrap_or_default())
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
        let ids: Vec<_> = keys.iter().map(|key| (key.0, key.1)).collect();
        let snapshot = self.0.snapshot().await?;
        let sums = service::released(snapshot.connection(), &ids).await.map_err(fault)?;
        let sums: HashMap<Uuid, Pence> = sums.into_iter().collect();
        Ok(keys.iter().filter_map(|key| Some((*key, *sums.get(&key.0)?))).collect())
    }
}
