//! What risk shares and settlements of one level need, each in one statement.

use std::collections::HashMap;

use async_graphql::dataloader::Loader;
use domain::policy::Denied;
use entities::{risk_share, risk_share_fund, risk_share_version};
use uuid::Uuid;

use super::{
    loaders::{LoadFailed, Scoped},
    request::{fault, stopped},
};
use crate::{
    access::Seen,
    belonging,
    service::risk_share::{self as service, Settled},
};

/// The risk share with this identity, if the viewer sees it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct RiskShareById(pub Uuid);

/// The risk shares of the agreement with this identity that the viewer sees, by reference.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct RiskSharesOf(pub Uuid);

/// The funds of a risk share that the viewer sees.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct SharedFundsOf(pub Uuid);

/// The versions of a risk share's rule that the viewer sees, the first first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct RiskShareVersionsOf(pub Uuid);

/// The settlements of a risk share that the viewer sees, the last year's first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct SettlementsOf(pub Uuid);

/// The settlement with this identity, if the viewer sees it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct SettlementById(pub Uuid);

/// Whether the viewer may answer the lines of a settlement that it sees, by line.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct SettlementPermissionsOf(pub Uuid);

impl Loader<RiskShareById> for Scoped {
    type Value = Seen<risk_share::Model>;
    type Error = LoadFailed;

    async fn load(
        &self,
        keys: &[RiskShareById],
    ) -> Result<HashMap<RiskShareById, Self::Value>, LoadFailed> {
        let Some(viewer) = self.0.viewer.as_deref() else { return Ok(HashMap::new()) };
        let ids: Vec<Uuid> = keys.iter().map(|key| key.0).collect();
        let snapshot = self.0.snapshot().await?;
        let found = service::by_ids(snapshot.connection(), viewer, &ids).await.map_err(fault)?;
        Ok(found.into_iter().map(|seen| (RiskShareById(seen.row.id), seen)).collect())
    }
}

impl Loader<SharedFundsOf> for Scoped {
    type Value = Vec<risk_share_fund::Model>;
    type Error = LoadFailed;

    async fn load(
        &self,
        keys: &[SharedFundsOf],
    ) -> Result<HashMap<SharedFundsOf, Self::Value>, LoadFailed> {
        let ids: Vec<Uuid> = keys.iter().map(|key| key.0).collect();
        let snapshot = self.0.snapshot().await?;
        let rows = service::funds_of(snapshot.connection(), &ids).await.map_err(fault)?;
        let mut of: HashMap<SharedFundsOf, Self::Value> = HashMap::new();
        for row in rows {
            of.entry(SharedFundsOf(row.risk_share_id)).or_default().push(row);
        }
        Ok(of)
    }
}

impl Loader<SettlementById> for Scoped {
    type Value = Settled;
    type Error = LoadFailed;

    async fn load(
        &self,
        keys: &[SettlementById],
    ) -> Result<HashMap<SettlementById, Settled>, LoadFailed> {
        let Some(viewer) = self.0.viewer.as_deref() else { return Ok(HashMap::new()) };
        let ids: Vec<Uuid> = keys.iter().map(|key| key.0).collect();
        let snapshot = self.0.snapshot().await?;
        let found = service::settlements_by_ids(snapshot.connection(), viewer, &ids).await;
        let found = found.map_err(fault)?.into_iter();
        Ok(found.map(|it| (SettlementById(it.seen.row.id), it)).collect())
    }
}

impl Loader<SettlementPermissionsOf> for Scoped {
    type Value = HashMap<Uuid, Result<(), Denied>>;
    type Error = LoadFailed;

    async fn load(
        &self,
        keys: &[SettlementPermissionsOf],
    ) -> Result<HashMap<SettlementPermissionsOf, Self::Value>, LoadFailed> {
        let Some(viewer) = self.0.viewer.as_deref() else { return Ok(HashMap::new()) };
        let ids: Vec<Uuid> = keys.iter().map(|key| key.0).collect();
        let snapshot = self.0.snapshot().await?;
        let connection = snapshot.connection();
        let found = service::settlements_by_ids(connection, viewer, &ids).await.map_err(fault)?;
        let may = service::permissions(connection, viewer, &found).await.map_err(stopped)?;
        Ok(may.into_iter().map(|(id, lines)| (SettlementPermissionsOf(id), lines)).collect())
    }
}

belonging!(RiskSharesOf, Seen<risk_share::Model>, service::of_agreements, |seen| {
    seen.row.agreement_id
});
belonging!(RiskShareVersionsOf, risk_share_version::Model, service::versions_of, |row| {
    row.risk_share_id
});
belonging!(SettlementsOf, Settled, service::settlements_of, |it| it.seen.row.risk_share_id);
