//! What published statements of one level need, each in as few statements of the database as there
//! are days as at which they speak.

use std::collections::HashMap;

use async_graphql::dataloader::Loader;
use entities::{published_statement as statement, value::FinancialYear};
use uuid::Uuid;

use super::{
    loaders::{LoadFailed, Scoped},
    request::{fault, stopped},
};
use crate::{
    access::Seen,
    nested_loader,
    service::published_statement::{self as service, Reconciled},
};

/// The statement with this identity, if the viewer sees it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct PublishedStatementById(pub Uuid);

/// The statement that supersedes the one with this identity, if the viewer sees it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct SupersededBy(pub Uuid);

/// The reconciliation of the statement with this identity, if the viewer sees it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct ReconciliationOf(pub Uuid);

nested_loader!(
    /// A page of the statements about a year of an agreement, the last recorded first.
    StatementsOf,
    FinancialYear,
    statement::Model,
    service::list_by_agreement,
    service::count_by_agreement
);

impl Loader<PublishedStatementById> for Scoped {
    type Value = Seen<statement::Model>;
    type Error = LoadFailed;

    async fn load(
        &self,
        keys: &[PublishedStatementById],
    ) -> Result<HashMap<PublishedStatementById, Self::Value>, LoadFailed> {
        let Some(viewer) = self.0.viewer.as_deref() else { return Ok(HashMap::new()) };
        let ids: Vec<Uuid> = keys.iter().map(|key| key.0).collect();
        let snapshot = self.0.snapshot().await?;
        let found = service::by_ids(snapshot.connection(), viewer, &ids).await.map_err(fault)?;
        Ok(found.into_iter().map(|seen| (PublishedStatementById(seen.row.id), seen)).collect())
    }
}

impl Loader<SupersededBy> for Scoped {
    type Value = Seen<statement::Model>;
    type Error = LoadFailed;

    async fn load(
        &self,
        keys: &[SupersededBy],
    ) -> Result<HashMap<SupersededBy, Self::Value>, LoadFailed> {
        let Some(viewer) = self.0.viewer.as_deref() else { return Ok(HashMap::new()) };
        let ids: Vec<Uuid> = keys.iter().map(|key| key.0).collect();
        let snapshot = self.0.snapshot().await?;
        let found = service::successors(snapshot.connection(), viewer, &ids).await;
        Ok(found.map_err(fault)?.into_iter().map(|(id, seen)| (SupersededBy(id), seen)).collect())
    }
}

impl Loader<ReconciliationOf> for Scoped {
    type Value = Reconciled;
    type Error = LoadFailed;

    async fn load(
        &self,
        keys: &[ReconciliationOf],
    ) -> Result<HashMap<ReconciliationOf, Self::Value>, LoadFailed> {
        let Some(viewer) = self.0.viewer.as_deref() else { return Ok(HashMap::new()) };
        let ids: Vec<Uuid> = keys.iter().map(|key| key.0).collect();
        let snapshot = self.0.snapshot().await?;
        let found = service::reconcile(snapshot.connection(), viewer, &ids).await;
        Ok(found.map_err(stopped)?.into_iter().map(|(id, it)| (ReconciliationOf(id), it)).collect())
    }
}
