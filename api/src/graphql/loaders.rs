//! One batch a level: what the objects of one level need is read in one statement. A loader lives
//! for one request and sees what its viewer sees.

use async_graphql::{
    Context,
    dataloader::{DataLoader, NoCache},
};

use super::request::Request;

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
