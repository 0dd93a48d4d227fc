//! How many statements one request came to. What a request reads and writes is done in the task
//! that answers it.

use std::sync::atomic::{AtomicU64, Ordering};

tokio::task_local! {
    static STATEMENTS: AtomicU64;
}

/// Does `work`, and answers how many statements it ran beside what it came to.
pub async fn counted<T>(work: impl Future<Output = T>) -> (T, u64) {
    let counting = async {
        let outcome = work.await;
        (outcome, STATEMENTS.with(|count| count.load(Ordering::Relaxed)))
    };
    STATEMENTS.scope(AtomicU64::new(0), counting).await
}

/// One more. What runs on nobody's behalf is not counted.
pub(super) fn count() {
    let _ = STATEMENTS.try_with(|count| count.fetch_add(1, Ordering::Relaxed));
}
