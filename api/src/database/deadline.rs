//! How long the database may work at what a request asks of it.

use std::time::{Duration, Instant};

use sea_orm::{
    ConnectOptions,
    sqlx::{self, sqlite::SqliteConnection},
};

use super::connect::is_free;

/// After how many steps of its machine SQLite looks at the time: well under a millisecond.
const STEPS: i32 = 10_000;

/// True when `fault` says that the database broke a statement off because it took too long.
#[must_use]
pub fn took_too_long(fault: &str) -> bool {
    // 57014 of PostgreSQL, and code 9 of SQLite.
    fault.contains("canceling statement due to statement timeout")
        || fault.contains("(code: 9) interrupted")
}

/// SQLite breaks off what a connection is asked once it was taken so long ago. For connections that
/// read: to break off a write ends its transaction behind the back of whoever holds it.
pub(super) fn bound_reading(options: &mut ConnectOptions, deadline: Duration) {
    options.map_sqlx_sqlite_pool_opts(move |pool| {
        pool.after_connect(move |connection, _| Box::pin(begin(connection, deadline)))
    });
    options.map_sqlx_sqlite_before_acquire(move |connection, _| {
        Box::pin(async move {
            begin(connection, deadline).await?;
            Ok(is_free(connection))
        })
    });
}

async fn begin(connection: &mut SqliteConnection, deadline: Duration) -> sqlx::Result<()> {
    let taken = Instant::now();
    let mut handle = connection.lock_handle().await?;
    handle.set_progress_handler(STEPS, move || taken.elapsed() < deadline);
    Ok(())
}
