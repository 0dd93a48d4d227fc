//! What agreements of one level need, each in one statement.

use std::collections::HashMap;

use async_graphql::dataloader::Loader;
use entities::{partnership_agreement, pooled_fund};
use uuid::Uuid;

use super::{
    loaders::{LoadFailed, Scoped},
    request::fault,
};
use crate::{
    access::Seen,
    nested_loader,
    service::{self, agreement::Partnership},
};

/// The agreement with this identity, if the viewer sees it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct AgreementById(pub Uuid);

/// The hosts and the partners of the agreement with this identity, if the viewer sees it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct PartnersOf(pub Uuid);

nested_loader!(
    /// A page of an agreement's funds, by name.
    FundsOf,
    (),
    pooled_fund::Model,
    service::fund::list_by_agreement,
    service::fund::count_by_agreement
);

impl Loader<AgreementById> for Scoped {
    type Value = Seen<partnership_agreement::Model>;
    type Error = LoadFailed;

    async fn load(
        &self,
        keys: &[AgreementById],
    ) -> Result<HashMap<AgreementById, Self::Value>, LoadFailed> {
        let Some(viewer) = self.0.viewer.as_deref() else { return Ok(HashMap::new()) };
        let ids: Vec<Uuid> = keys.iter().map(|key| key.0).collect();
        let snapshot = self.0.snapshot().await?;
        let found = service::agreement::by_ids(snapshot.connection(), viewer, &ids).await;
        let found = found.map_err(fault)?.into_iter();
        Ok(found.map(|seen| (AgreementById(seen.row.id), seen)).collect())
    }
}

impl Loader<PartnersOf> for Scoped {
    type Value = Partnership;
    type Error = LoadFailed;

    async fn load(
        &self,
        keys: &[PartnersOf],
    ) -> Result<HashMap<PartnersOf, Self::Value>, LoadFailed> {
        let ids: Vec<Uuid> = keys.iter().map(|key| key.0).collect();
        let snapshot = self.0.snapshot().await?;
        let found = service::agreement::partnerships(snapshot.connection(), &ids).await;
        let found = found.map_err(fault)?.into_iter();
        Ok(found.map(|(agreement, partnership)| (PartnersOf(agreement), partnership)).collect())
    }
}
