//! Pages of lists inside lists: what every object of a level asks for, read in one statement.

use std::{
    collections::HashMap,
    fmt::Debug,
    hash::{Hash, Hasher},
};

use async_graphql::Context;
use uuid::Uuid;

use crate::{
    access::Seen,
    database::{Cut, PageRequest},
};

/// A page of one parent's list, as a loader is asked for it.
#[derive(Clone, Debug)]
pub struct NestedPage<F> {
    /// Whose list.
    pub parent: Uuid,
    /// Which part of it.
    pub page: PageRequest,
    /// What it is narrowed by.
    pub filter: F,
    /// Whether its length is wanted.
    pub counted: bool,
}

/// A page and, when it is wanted, the length of its list.
pub type Loaded<M> = (Cut<Seen<M>>, Option<u64>);

impl<F: Debug> NestedPage<F> {
    /// The page that a connection's resolver asks for.
    #[must_use]
    pub fn new(ctx: &Context<'_>, parent: Uuid, page: PageRequest, filter: F) -> Self {
        let counted = ctx.look_ahead().field("totalCount").exists();
        Self { parent, page, filter, counted }
    }

    /// What the pages that one statement reads have in common.
    fn shape(&self) -> String {
        format!("{:?} {:?} {}", self.page, self.filter, self.counted)
    }

    /// The pages that differ in their parents only, together.
    #[must_use]
    pub fn by_shape<'a>(pages: impl IntoIterator<Item = &'a Self>) -> Vec<Vec<&'a Self>>
    where
        F: 'a,
    {
        let mut shapes: HashMap<String, Vec<&'a Self>> = HashMap::new();
        for page in pages {
            shapes.entry(page.shape()).or_default().push(page);
        }
        shapes.into_values().collect()
    }

    /// This page among those that were read for several parents.
    #[must_use]
    pub fn of<M>(
        &self,
        cuts: &mut HashMap<Uuid, Cut<Seen<M>>>,
        counts: Option<&HashMap<Uuid, u64>>,
    ) -> Loaded<M> {
        let total = counts.map(|counts| counts.get(&self.parent).copied().unwrap_or(0));
        (cuts.remove(&self.parent).unwrap_or_else(Cut::empty), total)
    }
}

impl<F: Debug> PartialEq for NestedPage<F> {
    fn eq(&self, other: &Self) -> bool {
        self.parent == other.parent && self.shape() == other.shape()
    }
}

impl<F: Debug> Eq for NestedPage<F> {}

impl<F: Debug> Hash for NestedPage<F> {
    fn hash<H: Hasher>(&self, state: &mut H) {
        self.parent.hash(state);
        self.shape().hash(state);
    }
}

/// Defines the loader of a nested list: its key, and the functions of `service` that read the pages
/// and the lengths of the lists of several parents.
#[macro_export]
macro_rules! nested_loader {
    ($(#[$doc:meta])* $key:ident, $filter:ty, $model:ty, $list:path, $count:path) => {
        $(#[$doc])*
        #[derive(Clone, Debug, PartialEq, Eq, Hash)]
        pub struct $key(pub $crate::graphql::nested::NestedPage<$filter>);

        impl async_graphql::dataloader::Loader<$key> for $crate::graphql::loaders::Scoped {
            type Value = $crate::graphql::nested::Loaded<$model>;
            type Error = $crate::graphql::loaders::LoadFailed;

            async fn load(
                &self,
                keys: &[$key],
            ) -> Result<std::collections::HashMap<$key, Self::Value>, Self::Error> {
                use $crate::graphql::{nested::NestedPage, request::fault};
                let mut loaded = std::collections::HashMap::new();
                let Some(viewer) = self.0.viewer.as_deref() else { return Ok(loaded) };
                let snapshot = self.0.snapshot().await?;
                let connection = snapshot.connection();
                for alike in NestedPage::by_shape(keys.iter().map(|key| &key.0)) {
                    let parents: Vec<_> = alike.iter().map(|page| page.parent).collect();
                    let NestedPage { page, filter, counted, .. } = alike[0];
                    let mut cuts = $list(connection, viewer, &parents, *filter, page)
                        .await
                        .map_err(fault)?;
                    let counts = if *counted {
                        let counts = $count(connection, viewer, &parents, *filter);
                        Some(counts.await.map_err(fault)?)
                    } else {
                        None
                    };
                    loaded.extend(alike.into_iter().map(|page| {
                        ($key(page.clone()), page.of(&mut cuts, counts.as_ref()))
                    }));
                }
                Ok(loaded)
            }
        }
    };
}
