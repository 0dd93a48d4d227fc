//! What funds of one level need, each in one statement.

use std::collections::HashMap;

use async_graphql::dataloader::Loader;
use entities::{budget_movement, contribution, pooled_fund, value::FinancialYear};
use uuid::Uuid;

use super::{
    loaders::{LoadFailed, Scoped},
    request::fault,
};
use crate::{access::Seen, nested_loader, service};

/// The fund with this identity, if the viewer sees it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct FundById(pub Uuid);

nested_loader!(
    /// A page of a fund's contributions, of one year or of all, by year and source.
    ContributionsOf,
    Option<FinancialYear>,
    contribution::Model,
    service::contribution::list_by_fund,
    service::contribution::count_by_fund
);

nested_loader!(
    /// A page of a fund's movements of budget, of one year or of all, the last recorded first.
    MovementsOf,
    Option<FinancialYear>,
    budget_movement::Model,
    service::movement::list_by_fund,
    service::movement::count_by_fund
);

impl Loader<FundById> for Scoped {
    type Value = Seen<pooled_fund::Model>;
    type Error = LoadFailed;

    async fn load(&self, keys: &[FundById]) -> Result<HashMap<FundById, Self::Value>, LoadFailed> {
        let Some(viewer) = self.0.viewer.as_deref() else { return Ok(HashMap::new()) };
        let ids: Vec<Uuid> = keys.iter().map(|key| key.0).collect();
        let snapshot = self.0.snapshot().await?;
        let found = service::fund::by_ids(snapshot.connection(), viewer, &ids).await;
        let found = found.map_err(fault)?.into_iter();
        Ok(found.map(|seen| (FundById(seen.row.id), seen)).collect())
    }
}
