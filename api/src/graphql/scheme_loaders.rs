//! What the schemes, commitments and forecasts of one level need, read in one statement each.

use std::{
    collections::HashMap,
    hash::{Hash, Hasher},
    sync::Arc,
};

use async_graphql::{Result, dataloader::Loader};
use domain::{
    policy::{Parties, matrix::FieldGroup},
    rules::{funding::DatedSplit, profile::Months},
};
use entities::{
    code_list_entry, scheme,
    value::{FinancialYear, Pence},
};
use uuid::Uuid;

use super::{
    loaders::{LoadFailed, Scoped},
    paging::{Page, PageArguments},
    request::fault,
};
use crate::{
    access::{Seen, facts::Cutoff},
    service::{
        agreement::Partnership,
        code_list::List,
        scheme::{self as service, Listing, OpenDays},
    },
};

/// The scheme with this identity, if the viewer sees it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct SchemeById(pub Uuid);

/// A page of the schemes of a fund.
#[derive(Clone, Debug)]
pub struct SchemesOfFund {
    /// The fund.
    pub fund: Uuid,
    /// Which are wanted, and in which order.
    pub listing: Arc<Listing>,
    /// The page.
    pub page: PageArguments,
    /// Whether the length of the list is wanted.
    pub counted: bool,
}

/// A scheme that the viewer sees, as it was asked about and as far as the viewer's days go.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct SchemeAt {
    /// The scheme.
    pub scheme: Uuid,
    /// The group of fields that is asked about: each opens days of its own.
    pub group: FieldGroup,
    /// What was asked for.
    pub asked: Cutoff,
    /// What counts.
    pub cutoff: Cutoff,
}

/// The budget of a scheme by month.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct BudgetOf(pub SchemeAt);

/// The funding splits of a scheme.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct SplitsOf(pub SchemeAt);

/// What the viewer's organisation was itself paid for a scheme that it sees, in a year, on the
/// days that are open to it.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct ReceivedForScheme(pub Uuid, pub FinancialYear, pub Vec<OpenDays>);

/// The host and the partners around a fund that the viewer sees.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct PartiesOfFund(pub Uuid);

/// What a code of a list stands for.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct CodeOf(pub List, pub String);

impl SchemesOfFund {
    /// All but the fund: what the lists of several funds have in common.
    fn question(&self) -> (String, &PageArguments, bool) {
        (format!("{:?}", self.listing), &self.page, self.counted)
    }
}

impl PartialEq for SchemesOfFund {
    fn eq(&self, other: &Self) -> bool {
        self.fund == other.fund && self.question() == other.question()
    }
}

impl Eq for SchemesOfFund {}

impl Hash for SchemesOfFund {
    fn hash<H: Hasher>(&self, state: &mut H) {
        (self.fund, self.question()).hash(state);
    }
}

impl Loader<SchemeById> for Scoped {
    type Value = Seen<scheme::Model>;
    type Error = LoadFailed;

    async fn load(&self, keys: &[SchemeById]) -> Result<HashMap<SchemeById, Self::Value>> {
        let Some(viewer) = self.0.viewer.as_deref() else { return Ok(HashMap::new()) };
        let ids: Vec<Uuid> = keys.iter().map(|key| key.0).collect();
        let snapshot = self.0.snapshot().await?;
        let rows = service::by_ids(snapshot.connection(), viewer, &ids).await.map_err(fault)?;
        Ok(rows.into_iter().map(|seen| (SchemeById(seen.row.id), seen)).collect())
    }
}

impl Loader<SchemesOfFund> for Scoped {
    type Value = Page<Seen<scheme::Model>>;
    type Error = LoadFailed;

    async fn load(&self, keys: &[SchemesOfFund]) -> Result<HashMap<SchemesOfFund, Self::Value>> {
        let Some(viewer) = self.0.viewer.as_deref() else { return Ok(HashMap::new()) };
        let snapshot = self.0.snapshot().await?;
        let mut pages = HashMap::new();
        for keys in alike(keys, |key| key.question()) {
            let Some(first) = keys.first().copied() else { continue };
            let Listing { criteria, order } = &*first.listing;
            let (order, filter) = (format!("{order:?}"), format!("{criteria:?}"));
            let list = self.0.cursors.list(viewer.holder(), "schemes", &order, &filter);
            let page = first.page.request(&list)?;
            let funds: Vec<Uuid> = keys.iter().map(|key| key.fund).collect();
            let connection = snapshot.connection();
            let cuts = service::pages(connection, viewer, &funds, &first.listing, &page);
            let mut cuts = cuts.await.map_err(fault)?;
            let counts = match first.counted {
                true => service::counts(connection, viewer, &funds, &first.listing).await,
                false => Ok(HashMap::new()),
            };
            let counts = counts.map_err(fault)?;
            for key in keys {
                let cut = cuts.remove(&key.fund).unwrap_or_else(|| page.cut(Vec::new()));
                let total = first.counted.then(|| counts.get(&key.fund).copied().unwrap_or(0));
                let place = |seen: &Seen<scheme::Model>| Listing::place(&seen.row);
                pages.insert(key.clone(), Page::new(cut, &list, place).of_total(total));
            }
        }
        Ok(pages)
    }
}

impl Loader<BudgetOf> for Scoped {
    type Value = Months;
    type Error = LoadFailed;

    async fn load(&self, keys: &[BudgetOf]) -> Result<HashMap<BudgetOf, Months>> {
        let snapshot = self.0.snapshot().await?;
        let mut loaded = HashMap::new();
        // What was asked for divides the keys, and not the viewer's days, which differ by row.
        for keys in alike(keys, |key| (key.0.group, key.0.asked)) {
            let schemes: Vec<_> = keys.iter().map(|key| (key.0.scheme, key.0.cutoff)).collect();
            let all = service::budgets(snapshot.connection(), &schemes).await.map_err(fault)?;
            let of = |key: &BudgetOf| Some((*key, *all.get(&key.0.scheme)?));
            loaded.extend(keys.into_iter().filter_map(of));
        }
        Ok(loaded)
    }
}

impl Loader<SplitsOf> for Scoped {
    type Value = Arc<Vec<DatedSplit>>;
    type Error = LoadFailed;

    async fn load(&self, keys: &[SplitsOf]) -> Result<HashMap<SplitsOf, Self::Value>> {
        let snapshot = self.0.snapshot().await?;
        let mut loaded = HashMap::new();
        for keys in alike(keys, |key| (key.0.group, key.0.asked)) {
            let schemes: Vec<_> = keys.iter().map(|key| (key.0.scheme, key.0.cutoff)).collect();
            let all = service::splits(snapshot.connection(), &schemes).await;
            let mut all = all.map_err(fault)?;
            let mut of = |key: &SplitsOf| Some((*key, Arc::new(all.remove(&key.0.scheme)?)));
            loaded.extend(keys.into_iter().filter_map(&mut of));
        }
        Ok(loaded)
    }
}

impl Loader<ReceivedForScheme> for Scoped {
    type Value = Pence;
    type Error = LoadFailed;

    async fn load(&self, keys: &[ReceivedForScheme]) -> Result<HashMap<ReceivedForScheme, Pence>> {
        let Some(viewer) = self.0.viewer.as_deref() else { return Ok(HashMap::new()) };
        let snapshot = self.0.snapshot().await?;
        let mut loaded = HashMap::new();
        for keys in alike(keys, |key| key.1) {
            let Some(year) = keys.first().map(|key| key.1) else { continue };
            let schemes: Vec<_> = keys.iter().map(|key| (key.0, key.2.clone())).collect();
            let paid = service::received(snapshot.connection(), viewer, &schemes, year).await;
            let paid = paid.map_err(fault)?;
            let of = |key: &ReceivedForScheme| Some((key.clone(), *paid.get(&key.0)?));
            loaded.extend(keys.into_iter().filter_map(of));
        }
        Ok(loaded)
    }
}

impl Loader<PartiesOfFund> for Scoped {
    type Value = Parties;
    type Error = LoadFailed;

    async fn load(&self, keys: &[PartiesOfFund]) -> Result<HashMap<PartiesOfFund, Parties>> {
        let Some(viewer) = self.0.viewer.as_deref() else { return Ok(HashMap::new()) };
        let funds: Vec<Uuid> = keys.iter().map(|key| key.0).collect();
        let snapshot = self.0.snapshot().await?;
        let of = service::parties(snapshot.connection(), &funds).await.map_err(fault)?;
        let today = |(fund, partnership): (Uuid, Partnership)| {
            (PartiesOfFund(fund), partnership.parties_on(viewer.today))
        };
        Ok(of.into_iter().map(today).collect())
    }
}

impl Loader<CodeOf> for Scoped {
    type Value = code_list_entry::Model;
    type Error = LoadFailed;

    async fn load(&self, keys: &[CodeOf]) -> Result<HashMap<CodeOf, Self::Value>> {
        let snapshot = self.0.snapshot().await?;
        let mut loaded = HashMap::new();
        for keys in alike(keys, |key| key.0) {
            let Some(CodeOf(list, _)) = keys.first() else { continue };
            let codes: Vec<&str> = keys.iter().map(|key| key.1.as_str()).collect();
            let entries = service::codes(snapshot.connection(), *list, &codes).await;
            let of = |(code, entry)| (CodeOf(*list, code), entry);
            loaded.extend(entries.map_err(fault)?.into_iter().map(of));
        }
        Ok(loaded)
    }
}

/// Keys that ask alike, and so are answered by one statement.
pub(super) fn alike<'a, K, Q: Hash + Eq>(
    keys: &'a [K],
    question: impl Fn(&'a K) -> Q,
) -> Vec<Vec<&'a K>> {
    let mut groups: HashMap<Q, Vec<&K>> = HashMap::new();
    for key in keys {
        groups.entry(question(key)).or_default().push(key);
    }
    groups.into_values().collect()
}
