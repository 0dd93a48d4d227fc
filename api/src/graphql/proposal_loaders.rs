//! What the proposals of one level need, each in one statement.

use std::collections::HashMap;

use async_graphql::{Result, dataloader::Loader};
use entities::{proposal, value::Pence};
use uuid::Uuid;

use super::{
    loaders::{LoadFailed, Scoped},
    request::fault,
};
use crate::{
    access::Seen,
    nested_loader,
    service::{
        posting_limit,
        proposal::{self as service, Recorded},
    },
};

/// The proposal with this identity, if the viewer sees it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct ProposalById(pub Uuid);

/// Everything that is recorded about a proposal, if the viewer sees it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct RecordedOf(pub Uuid);

/// The most that is posted today without an approval under an agreement that the viewer sees.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct PostingLimitOf(pub Uuid);

nested_loader!(
    /// A page of an agreement's proposals, the latest first.
    ProposalsOf,
    (),
    proposal::Model,
    service::list_by_agreement,
    service::count_by_agreement
);

impl Loader<ProposalById> for Scoped {
    type Value = Seen<proposal::Model>;
    type Error = LoadFailed;

    async fn load(&self, keys: &[ProposalById]) -> Result<HashMap<ProposalById, Self::Value>> {
        let Some(viewer) = self.0.viewer.as_deref() else { return Ok(HashMap::new()) };
        let ids: Vec<Uuid> = keys.iter().map(|key| key.0).collect();
        let snapshot = self.0.snapshot().await?;
        let rows = service::by_ids(snapshot.connection(), viewer, &ids).await.map_err(fault)?;
        Ok(rows.into_iter().map(|seen| (ProposalById(seen.row.id), seen)).collect())
    }
}

impl Loader<RecordedOf> for Scoped {
    type Value = Recorded;
    type Error = LoadFailed;

    async fn load(&self, keys: &[RecordedOf]) -> Result<HashMap<RecordedOf, Recorded>> {
        let Some(viewer) = self.0.viewer.as_deref() else { return Ok(HashMap::new()) };
        let ids: Vec<Uuid> = keys.iter().map(|key| key.0).collect();
        let snapshot = self.0.snapshot().await?;
        let found = service::recorded_of(snapshot.connection(), viewer, &ids).await;
        let found = found.map_err(fault)?.into_iter();
        Ok(found.map(|recorded| (RecordedOf(recorded.row.id), recorded)).collect())
    }
}

impl Loader<PostingLimitOf> for Scoped {
    type Value = Pence;
    type Error = LoadFailed;

    async fn load(&self, keys: &[PostingLimitOf]) -> Result<HashMap<PostingLimitOf, Pence>> {
        let Some(viewer) = self.0.viewer.as_deref() else { return Ok(HashMap::new()) };
        let ids: Vec<Uuid> = keys.iter().map(|key| key.0).collect();
        let snapshot = self.0.snapshot().await?;
        let found = posting_limit::on(snapshot.connection(), &ids, viewer.today).await;
        let found = found.map_err(fault)?.into_iter();
        Ok(found.map(|(agreement, amount)| (PostingLimitOf(agreement), amount)).collect())
    }
}
