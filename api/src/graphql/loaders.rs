//! One batch a level: what the objects of one level need is read in one statement. A loader lives
//! for one request and sees what its viewer sees.

use std::time::Duration;

use async_graphql::{
    Context,
    dataloader::{DataLoader, NoCache},
    runtime::{Timer, TokioSpawner},
};
use futures_util::{FutureExt, future::BoxFuture};

use super::request::Request;

/// What loaders read through: the request's snapshot, as its viewer.
pub struct Scoped(pub Request);

/// The request's loader.
pub type Loaders = DataLoader<Scoped, NoCache>;

/// Lets the other fields of a level ask before the batch is read. A clock's delay would cost a
/// millisecond a level.
struct Yield;

impl Timer for Yield {
    fn delay(&self, _: Duration) -> BoxFuture<'static, ()> {
        tokio::task::yield_now().boxed()
    }
}

/// The loaders of one request.
#[must_use]
pub fn loaders(request: Request) -> Loaders {
    DataLoader::with_cache(Scoped(request), TokioSpawner::current(), Yield, NoCache)
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
