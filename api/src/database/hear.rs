//! What processes on one PostgreSQL tell each other.

use std::{convert::Infallible, time::Duration};

use sea_orm::{
    DatabaseBackend,
    sqlx::{
        Error,
        postgres::{PgListener, PgPoolOptions},
        query_scalar,
    },
};
use tokio::time;

use super::Database;

/// Where it is told that there are changes, with the place of the last.
pub const CHANGES: &str = "tributary_change";
/// Over the connection on which they are heard, so that asking takes none of those that requests use.
const HEAD: &str = "select head from facts.change_mark";
/// How long a change is unheard of at most, when the word of it was lost.
const EVERY: Duration = Duration::from_secs(1);
/// How long to wait before a lost connection is sought again: at first, and at most.
const PAUSES: (Duration, Duration) = (Duration::from_millis(100), Duration::from_secs(10));

impl Database {
    /// Hears for ever what other processes tell of changes, over a connection of its own, and tells it
    /// in this one ([`Database::tell_head`]). It asks besides, after every new connection and whenever a
    /// second was silent: what was not heard costs a second and no change. On SQLite one process
    /// serves, and there is nobody to hear.
    pub async fn hear_changes(&self) -> Infallible {
        if self.engine() != DatabaseBackend::Postgres {
            return std::future::pending().await;
        }
        let mut pause = PAUSES.0;
        loop {
            let Err(why) = self.hear_until_lost(&mut pause).await;
            tracing::debug!(%why, "the connection on which changes are heard is sought again");
            time::sleep(pause).await;
            pause = PAUSES.1.min(pause * 2);
        }
    }

    async fn hear_until_lost(&self, pause: &mut Duration) -> Result<Infallible, Error> {
        let options = self.reader.get_postgres_connection_pool().connect_options();
        let alone = PgPoolOptions::new().max_connections(1).max_lifetime(None).idle_timeout(None);
        let pool = alone.connect_with((*options).clone()).await?;
        let mut listener = PgListener::connect_with(&pool).await?;
        listener.listen(CHANGES).await?;
        *pause = PAUSES.0;
        loop {
            self.tell_head(query_scalar(HEAD).fetch_one(&mut listener).await?);
            while let Ok(told) = time::timeout(EVERY, listener.try_recv()).await {
                // Without a word of it, the listener would connect again at once and for ever.
                let told = told?.ok_or(Error::WorkerCrashed)?;
                if let Ok(head) = told.payload().parse() {
                    self.tell_head(head);
                }
            }
        }
    }
}
