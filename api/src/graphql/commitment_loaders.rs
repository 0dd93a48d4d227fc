//! What the commitments of one level need, read in one statement each.

use std::collections::HashMap;

use async_graphql::{Context, Result, dataloader::Loader};
use entities::{commitment, value::Pence};
use uuid::Uuid;

use super::{
    loaders::{LoadFailed, Loading, Scoped},
    paging::{Page, PageArguments},
    request::fault,
    scheme_loaders::alike,
};
use crate::{
    access::Seen,
    service::commitment::{self as service, List},
};

/// The commitment with this identity, if the viewer sees it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct CommitmentById(pub Uuid);

/// A page of a list of commitments.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct CommitmentsOf {
    /// Which list.
    pub list: List,
    /// Whose.
    pub parent: Uuid,
    /// The page.
    pub page: PageArguments,
    /// Whether the length of the list is wanted.
    pub counted: bool,
}

/// What was released of a promise, as a negative amount.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
struct ReleasedOf(Uuid);

impl CommitmentsOf {
    /// The page.
    pub(super) async fn load(self, ctx: &Context<'_>) -> Result<Page<Seen<commitment::Model>>> {
        let page = ctx.loaders()?.load_one(self).await?;
        page.ok_or_else(|| fault("a list of commitments was not read"))
    }
}

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

impl Loader<CommitmentsOf> for Scoped {
    type Value = Page<Seen<commitment::Model>>;
    type Error = LoadFailed;

    async fn load(&self, keys: &[CommitmentsOf]) -> Result<HashMap<CommitmentsOf, Self::Value>> {
        let Some(viewer) = self.0.viewer.as_deref() else { return Ok(HashMap::new()) };
        let snapshot = self.0.snapshot().await?;
        let connection = snapshot.connection();
        let mut pages = HashMap::new();
        for keys in alike(keys, |key| (key.list, &key.page, key.counted)) {
            let Some(&CommitmentsOf { list: wanted, ref page, counted, .. }) =
                keys.first().copied()
            else {
                continue;
            };
            let name = format!("{wanted:?}");
            let list = self.0.cursors.list(viewer.organisation, "commitments", "", &name);
            let page = page.request(&list)?;
            let parents: Vec<Uuid> = keys.iter().map(|key| key.parent).collect();
            let cuts = service::pages(connection, viewer, wanted, &parents, &page).await;
            let mut cuts = cuts.map_err(fault)?;
            let counts = match counted {
                true => service::counts(connection, viewer, wanted, &parents).await,
                false => Ok(HashMap::new()),
            };
            let counts = counts.map_err(fault)?;
            for key in keys {
                let cut = cuts.remove(&key.parent).unwrap_or_else(|| page.cut(Vec::new()));
                let total = counted.then(|| counts.get(&key.parent).copied().unwrap_or(0));
                let place = |seen: &Seen<commitment::Model>| service::place(&seen.row);
                pages.insert(key.clone(), Page::new(cut, &list, place).of_total(total));
            }
        }
        Ok(pages)
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
