//! What contributions of one level need, each in one statement.

use std::collections::HashMap;

use async_graphql::dataloader::Loader;
use chrono::NaiveDate;
use entities::{
    code_list_entry, contribution, contribution_instalment, contribution_withholding, value,
};
use uuid::Uuid;

use super::{
    loaders::{LoadFailed, Scoped},
    request::fault,
    scheme_loaders::alike,
};
use crate::{
    access::Seen,
    service::{
        self,
        code_list::List,
        contribution::{Agreed, Posted, Reached},
    },
};

/// The contribution with this identity, if the viewer sees it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct ContributionById(pub Uuid);

/// The instalments of the contribution with this identity.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct InstalmentsOf(pub Uuid);

/// What was agreed of a contribution that the viewer sees, as far as its days go.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct AgreedOf {
    /// The contribution.
    pub contribution: Uuid,
    /// The last day of effect that counts; none when all do.
    pub as_of: Option<NaiveDate>,
    /// The last day that is open to the viewer; none when all are.
    pub open_to: Option<NaiveDate>,
    /// The last instant of recording that counts; none when all do.
    pub known_at: Option<value::Instant>,
}

/// What was posted of a contribution that the viewer sees, as far as its days go.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct PostedOf(pub Reached);

/// What is withheld on a day of a contribution that the viewer sees.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct WithheldOf {
    /// The contribution.
    pub contribution: Uuid,
    /// The day.
    pub on: NaiveDate,
}

/// The entry of a funding source's code in a year's list.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct FundingSourceOf {
    /// The code.
    pub code: String,
    /// The year.
    pub year: value::FinancialYear,
}

impl Loader<ContributionById> for Scoped {
    type Value = Seen<contribution::Model>;
    type Error = LoadFailed;

    async fn load(
        &self,
        keys: &[ContributionById],
    ) -> Result<HashMap<ContributionById, Self::Value>, LoadFailed> {
        let Some(viewer) = self.0.viewer.as_deref() else { return Ok(HashMap::new()) };
        let ids: Vec<Uuid> = keys.iter().map(|key| key.0).collect();
        let snapshot = self.0.snapshot().await?;
        let found = service::contribution::by_ids(snapshot.connection(), viewer, &ids).await;
        let found = found.map_err(fault)?.into_iter();
        Ok(found.map(|seen| (ContributionById(seen.row.id), seen)).collect())
    }
}

impl Loader<InstalmentsOf> for Scoped {
    type Value = Vec<contribution_instalment::Model>;
    type Error = LoadFailed;

    async fn load(
        &self,
        keys: &[InstalmentsOf],
    ) -> Result<HashMap<InstalmentsOf, Self::Value>, LoadFailed> {
        let ids: Vec<Uuid> = keys.iter().map(|key| key.0).collect();
        let snapshot = self.0.snapshot().await?;
        let rows = service::contribution::instalments_of(snapshot.connection(), &ids).await;
        let mut instalments: HashMap<InstalmentsOf, Self::Value> = HashMap::new();
        for row in rows.map_err(fault)? {
            instalments.entry(InstalmentsOf(row.contribution_id)).or_default().push(row);
        }
        Ok(instalments)
    }
}

impl Loader<AgreedOf> for Scoped {
    type Value = Agreed;
    type Error = LoadFailed;

    async fn load(&self, keys: &[AgreedOf]) -> Result<HashMap<AgreedOf, Agreed>, LoadFailed> {
        let snapshot = self.0.snapshot().await?;
        let mut loaded = HashMap::new();
        // What was asked for divides the keys, and not the viewer's days, which differ by row.
        for keys in alike(keys, |key| (key.as_of, key.known_at)) {
            let Some(known_at) = keys.first().map(|key| key.known_at) else { continue };
            let to = |key: &AgreedOf| key.as_of.into_iter().chain(key.open_to).min();
            let ids: Vec<_> = keys.iter().map(|key| (key.contribution, to(key))).collect();
            let agreed = service::contribution::agreed(snapshot.connection(), &ids, known_at);
            let agreed = agreed.await.map_err(fault)?;
            loaded.extend(
                keys.into_iter()
                    .filter_map(|key| agreed.get(&key.contribution).map(|agreed| (*key, *agreed))),
            );
        }
        Ok(loaded)
    }
}

impl Loader<PostedOf> for Scoped {
    type Value = Posted;
    type Error = LoadFailed;

    async fn load(&self, keys: &[PostedOf]) -> Result<HashMap<PostedOf, Posted>, LoadFailed> {
        let snapshot = self.0.snapshot().await?;
        let reached: Vec<Reached> = keys.iter().map(|key| key.0).collect();
        let posted = service::contribution::posted(snapshot.connection(), &reached).await;
        let posted = posted.map_err(fault)?;
        let of = |key: &PostedOf| Some((*key, *posted.get(&key.0.contribution)?));
        Ok(keys.iter().filter_map(of).collect())
    }
}

impl Loader<WithheldOf> for Scoped {
    type Value = contribution_withholding::Model;
    type Error = LoadFailed;

    async fn load(
        &self,
        keys: &[WithheldOf],
    ) -> Result<HashMap<WithheldOf, Self::Value>, LoadFailed> {
        let snapshot = self.0.snapshot().await?;
        let mut loaded = HashMap::new();
        for keys in alike(keys, |key| key.on) {
            let asked: Vec<_> = keys.iter().map(|key| (key.contribution, key.on)).collect();
            let found = service::contribution::withheld_on(snapshot.connection(), &asked).await;
            let found = found.map_err(fault)?;
            let of = |key: WithheldOf| Some((key, found.get(&key.contribution)?.clone()));
            loaded.extend(keys.into_iter().filter_map(|key| of(*key)));
        }
        Ok(loaded)
    }
}

impl Loader<FundingSourceOf> for Scoped {
    type Value = code_list_entry::Model;
    type Error = LoadFailed;

    async fn load(
        &self,
        keys: &[FundingSourceOf],
    ) -> Result<HashMap<FundingSourceOf, Self::Value>, LoadFailed> {
        let snapshot = self.0.snapshot().await?;
        let mut years: Vec<_> = keys.iter().map(|key| key.year).collect();
        years.sort_unstable();
        years.dedup();
        let mut loaded = HashMap::new();
        for year in years {
            let list = List::FundingSource;
            let entries = service::code_list::entries(snapshot.connection(), list, year).await;
            loaded.extend(
                entries
                    .map_err(fault)?
                    .into_iter()
                    .map(|entry| (FundingSourceOf { code: entry.code.clone(), year }, entry)),
            );
        }
        Ok(loaded)
    }
}
