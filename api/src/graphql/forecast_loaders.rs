//! What the forecasts of one level need, read in one statement each.

use std::{collections::HashMap, sync::Arc};

use async_graphql::{Result, dataloader::Loader};
use entities::{
    forecast, forecast_line,
    value::{FinancialYear, Instant},
};
use uuid::Uuid;

use super::{
    loaders::{LoadFailed, Scoped},
    request::fault,
};
use crate::{access::Seen, nested_loader, service::forecast as service};

/// The forecast with this identity, if the viewer sees it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct ForecastById(pub Uuid);

/// When a forecast that the viewer sees was submitted.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct SubmissionOf(pub Uuid);

/// The lines of a forecast that the viewer sees, with the references of their schemes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct LinesOf(pub Uuid);

nested_loader!(
    /// A page of a fund's forecasts, of one year where one is named.
    ForecastsOfFund,
    Option<FinancialYear>,
    forecast::Model,
    service::pages,
    service::counts
);

impl Loader<ForecastById> for Scoped {
    type Value = Seen<forecast::Model>;
    type Error = LoadFailed;

    async fn load(&self, keys: &[ForecastById]) -> Result<HashMap<ForecastById, Self::Value>> {
        let Some(viewer) = self.0.viewer.as_deref() else { return Ok(HashMap::new()) };
        let ids: Vec<Uuid> = keys.iter().map(|key| key.0).collect();
        let snapshot = self.0.snapshot().await?;
        let rows = service::by_ids(snapshot.connection(), viewer, &ids).await.map_err(fault)?;
        Ok(rows.into_iter().map(|seen| (ForecastById(seen.row.id), seen)).collect())
    }
}

impl Loader<SubmissionOf> for Scoped {
    type Value = Instant;
    type Error = LoadFailed;

    async fn load(&self, keys: &[SubmissionOf]) -> Result<HashMap<SubmissionOf, Instant>> {
        let ids: Vec<Uuid> = keys.iter().map(|key| key.0).collect();
        let snapshot = self.0.snapshot().await?;
        let of = service::submissions(snapshot.connection(), &ids).await.map_err(fault)?;
        Ok(of.into_iter().map(|(forecast, at)| (SubmissionOf(forecast), at)).collect())
    }
}

impl Loader<LinesOf> for Scoped {
    type Value = Arc<Vec<(String, forecast_line::Model)>>;
    type Error = LoadFailed;

    async fn load(&self, keys: &[LinesOf]) -> Result<HashMap<LinesOf, Self::Value>> {
        let ids: Vec<Uuid> = keys.iter().map(|key| key.0).collect();
        let snapshot = self.0.snapshot().await?;
        let of = service::lines(snapshot.connection(), &ids).await.map_err(fault)?;
        Ok(of.into_iter().map(|(forecast, lines)| (LinesOf(forecast), Arc::new(lines))).collect())
    }
}
