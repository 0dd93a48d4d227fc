//! What loaders are about to read, driven in the task that answers. A batch begins when no
//! resolver can go on without it: on another thread it would begin while resolvers still ask, and
//! the number of statements would depend on chance.

use std::{
    future::poll_fn,
    pin::pin,
    sync::{
        Arc, Mutex, PoisonError,
        atomic::{AtomicBool, Ordering},
    },
    task::{Context, Poll, Wake, Waker},
};

use async_graphql::runtime::{Timer, TokioSpawner};
use futures_util::{
    FutureExt, StreamExt,
    future::BoxFuture,
    stream::FuturesUnordered,
    task::{AtomicWaker, FutureObj, Spawn, SpawnError},
};

/// How often resolvers that wish to go on at once may do so before batches have their turn: a
/// bound, and not a limit that is met.
const MOST_TURNS: usize = 10_000;

/// The batches of one request that have not begun.
#[derive(Clone, Default)]
pub struct Batches(Arc<Waiting>);

#[derive(Default)]
struct Waiting {
    batches: Mutex<Vec<FutureObj<'static, ()>>>,
    is_driven: AtomicBool,
}

impl Batches {
    /// Runs `answering` with its batches beside it.
    pub async fn beside<T>(&self, answering: impl Future<Output = T>) -> T {
        self.0.is_driven.store(true, Ordering::Release);
        // The runtime's budget would cut a level of many rows in two.
        let mut answering = pin!(tokio::task::unconstrained(answering));
        let mut begun = FuturesUnordered::new();
        let bell = Arc::new(Bell::default());
        let waker = Waker::from(Arc::clone(&bell));
        poll_fn(|cx| {
            bell.outer.register(cx.waker());
            loop {
                for _ in 0..MOST_TURNS {
                    bell.rung.store(false, Ordering::SeqCst);
                    let answer = answering.as_mut().poll(&mut Context::from_waker(&waker));
                    if answer.is_ready() {
                        return answer;
                    }
                    // A long list lets others have a turn before all of its rows have asked.
                    if !bell.rung.load(Ordering::SeqCst) {
                        break;
                    }
                }
                // Those that have begun may let resolvers ask for what waits here: it begins for
                // all of them together. Nothing is lost by it, because a request reads on one
                // connection.
                if begun.is_empty() {
                    begun.extend(self.take());
                }
                let is_done = matches!(begun.poll_next_unpin(cx), Poll::Ready(Some(())));
                if !is_done && !bell.rung.load(Ordering::SeqCst) {
                    return Poll::Pending;
                }
            }
        })
        .await
    }

    fn take(&self) -> Vec<FutureObj<'static, ()>> {
        std::mem::take(&mut *self.0.batches.lock().unwrap_or_else(PoisonError::into_inner))
    }

    fn is_driven(&self) -> bool {
        self.0.is_driven.load(Ordering::Acquire)
    }
}

impl Spawn for Batches {
    fn spawn_obj(&self, batch: FutureObj<'static, ()>) -> Result<(), SpawnError> {
        if !self.is_driven() {
            return TokioSpawner::current().spawn_obj(batch);
        }
        self.0.batches.lock().unwrap_or_else(PoisonError::into_inner).push(batch);
        Ok(())
    }
}

/// A batch that is driven beside its resolvers needs no delay: it begins after them.
impl Timer for Batches {
    fn delay(&self, _: std::time::Duration) -> BoxFuture<'static, ()> {
        if self.is_driven() {
            std::future::ready(()).boxed()
        } else {
            tokio::task::yield_now().boxed()
        }
    }
}

/// Tells that resolvers can go on, and wakes the task.
#[derive(Default)]
struct Bell {
    rung: AtomicBool,
    outer: AtomicWaker,
}

impl Wake for Bell {
    fn wake(self: Arc<Self>) {
        self.rung.store(true, Ordering::SeqCst);
        self.outer.wake();
    }
}

#[cfg(test)]
mod tests {
    use std::{
        collections::HashMap,
        convert::Infallible,
        sync::atomic::{AtomicUsize, Ordering},
    };

    use async_graphql::dataloader::{DataLoader, Loader, NoCache};
    use futures_util::future::join_all;

    use super::*;

    #[derive(Default)]
    struct Counting(Arc<AtomicUsize>);

    impl Loader<usize> for Counting {
        type Value = usize;
        type Error = Infallible;

        async fn load(&self, keys: &[usize]) -> Result<HashMap<usize, usize>, Infallible> {
            self.0.fetch_add(1, Ordering::SeqCst);
            tokio::task::yield_now().await;
            Ok(keys.iter().map(|key| (*key, *key)).collect())
        }
    }

    /// Takes so many turns to load.
    struct Slow(usize);

    impl Loader<usize> for Slow {
        type Value = usize;
        type Error = Infallible;

        async fn load(&self, keys: &[usize]) -> Result<HashMap<usize, usize>, Infallible> {
            for _ in 0..self.0 {
                tokio::task::yield_now().await;
            }
            Ok(keys.iter().map(|key| (*key, *key)).collect())
        }
    }

    #[tokio::test]
    async fn what_two_levels_ask_for_is_read_together_whichever_of_them_is_sooner() {
        let batches = Batches::default();
        let loaders = [1, 5].map(|turns| {
            let slow = Slow(turns);
            DataLoader::with_cache(slow, batches.clone(), batches.clone(), NoCache)
        });
        let counting = Counting::default();
        let loads = Arc::clone(&counting.0);
        let last = DataLoader::with_cache(counting, batches.clone(), batches.clone(), NoCache);
        let one = async |loader: &DataLoader<Slow, NoCache>, key: usize| {
            let first = loader.load_one(key).await.unwrap().unwrap();
            last.load_one(first).await.unwrap()
        };
        let (sooner, later) = (one(&loaders[0], 1), one(&loaders[1], 2));
        batches.beside(join_all([sooner.boxed_local(), later.boxed_local()])).await;
        assert_eq!(loads.load(Ordering::SeqCst), 1);
    }

    #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
    async fn a_level_is_read_at_once_however_long_its_lists_are() {
        let (counting, batches) = (Counting::default(), Batches::default());
        let loads = Arc::clone(&counting.0);
        let loader = DataLoader::with_cache(counting, batches.clone(), batches.clone(), NoCache);
        let row = async |key: usize| {
            let first = loader.load_one(key).await.unwrap();
            (first, loader.load_one(key + 5_000).await.unwrap())
        };
        // Lists of more than thirty have a way of letting others have their turn.
        let list = |start: usize| join_all((start..start + 40).map(&row));
        let rows = batches.beside(join_all((0..20).map(|number| list(number * 40)))).await;
        assert_eq!(rows.concat().len(), 800);
        assert_eq!(loads.load(Ordering::SeqCst), 2, "one for each level");
    }
}
