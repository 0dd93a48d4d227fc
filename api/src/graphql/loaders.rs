//! One batch a level: what the objects of one level need is read in one statement. A loader lives
//! for one request and sees what its viewer sees.

use async_graphql::{
    Context,
    dataloader::{DataLoader, NoCache},
};

use super::request::Request;

/// A loader of what belongs to the objects of one level: `$read` of the service answers it for all of
/// them in one statement, `$owner` says to which each belongs.
#[macro_export]
macro_rules! belonging {
    ($key:ident, $row:ty, $read:path, $owner:expr) => {
        impl async_graphql::dataloader::Loader<$key> for $crate::graphql::loaders::Scoped {
            type Value = Vec<$row>;
            type Error = $crate::graphql::loaders::LoadFailed;

            async fn load(
                &self,
                keys: &[$key],
            ) -> Result<std::collections::HashMap<$key, Vec<$row>>, Self::Error> {
                let mut of = std::collections::HashMap::<$key, Vec<$row>>::new();
                let Some(viewer) = self.0.viewer.as_deref() else { return Ok(of) };
                let ids: Vec<uuid::Uuid> = keys.iter().map(|key| key.0).collect();
                let snapshot = self.0.snapshot().await?;
                let rows = $read(snapshot.connection(), viewer, &ids).await;
                let owner: fn(&$row) -> uuid::Uuid = $owner;
                for row in rows.map_err($crate::graphql::request::fault)? {
                    of.entry($key(owner(&row))).or_default().push(row);
                }
                Ok(of)
            }
        }
    };
}

/// What loaders read through: the request's snapshot, as its viewer.
pub struct Scoped(pub Request);

/// The request's loader.
pub type Loaders = DataLoader<Scoped, NoCache>;

/// The loaders of one request, whose answer is computed within `request.batches.beside(…)`.
#[must_use]
pub fn loaders(request: Request) -> Loaders {
    let batches = request.batches.clone();
    DataLoader::with_cache(Scoped(request), batches.clone(), batches, NoCache)
}

/// Asks the context for its loaders.
pub trait Loading {
    /// The request's loaders.
    fn loaders(&self) -> async_graphql::Result<&Loaders>;
}

impl Loading for Context<'_> {
    fn loaders(&self) -> async_graphql::Result<&Loaders> {
        self.data::<Loaders>()
    }
}

/// A loader's failure: one for all who asked.
pub type LoadFailed = async_graphql::Error;
