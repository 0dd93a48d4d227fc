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
    paging::{Page, PageArguments},
    request::fault,
    scheme_loaders::alike,
};
use crate::{access::Seen, service::forecast as service};

/// The forecast with this identity, if the viewer sees it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct ForecastById(pub Uuid);

/// When a forecast that the viewer sees was submitted.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct SubmissionOf(pub Uuid);

/// The lines of a forecast that the viewer sees, with the references of their schemes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct LinesOf(pub Uuid);

/// A page of a fund's forecasts.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct ForecastsOfFund {
    /// The fund.
    pub fund: Uuid,
    /// Of this year only.
    pub year: Option<FinancialYear>,
    /// The page.
    pub page: PageArguments,
    /// Whether the length of the list is wanted.
    pub counted: bool,
}

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

impl Loader<ForecastsOfFund> for Scoped {
    type Value = Page<Seen<forecast::Model>>;
    type Error = LoadFailed;

    async fn load(
        &self,
        keys: &[ForecastsOfFund],
    ) -> Result<HashMap<ForecastsOfFund, Self::Value>> {
        let Some(viewer) = self.0.viewer.as_deref() else { return Ok(HashMap::new()) };
        let snapshot = self.0.snapshot().await?;
        let connection = snapshot.connection();
        let mut pages = HashMap::new();
        for keys in alike(keys, |key| (key.year, &key.page, key.counted)) {
            let Some(first) = keys.first().copied() else { continue };
            let (year, counted) = (first.year, first.counted);
            let filter = format!("{year:?}");
            let list = self.0.cursors.list(viewer.organisation, "forecasts", "", &filter);
            let page = first.page.request(&list)?;
            let funds: Vec<Uuid> = keys.iter().map(|key| key.fund).collect();
            let cuts = service::pages(connection, viewer, year, &funds, &page).await;
            let mut cuts = cuts.map_err(fault)?;
            let counts = match counted {
                true => service::counts(connection, viewer, year, &funds).await,
                false => Ok(HashMap::new()),
            };
            let counts = counts.map_err(fault)?;
            for key in keys {
                let cut = cuts.remove(&key.fund).unwrap_or_else(|| page.cut(Vec::new()));
                let total = counted.then(|| counts.get(&key.fund).copied().unwrap_or(0));
                let place = |seen: &Seen<forecast::Model>| service::place(&seen.row);
                pages.insert(key.clone(), Page::new(cut, &list, place).of_total(total));
            }
        }
        Ok(pages)
    }
}
