use std::{convert::Infallible, time::Duration};

use sea_orm::{DatabaseBackend, DbErr};
use tokio::{sync::watch, time};

use crate::database::Database;

/// How long a change is unheard of at most that another process made on an embedded file.
const EVERY: Duration = Duration::from_secs(1);

/// Where everybody waits for changes who is told of them as they come: sockets, events, webhooks. It
/// carries only how far the order of changes is; what changed, each reads for itself
/// ([`super::after`]), so that a slow reader makes nobody else wait and nothing grow.
#[derive(Clone)]
pub struct Hub {
    database: Database,
}

impl Hub {
    /// The hub of a database. It tells what happens in this process; with [`Hub::follow`], that of
    /// others too.
    ///
    /// # Errors
    /// A fault of the database.
    pub async fn open(database: Database) -> Result<Self, DbErr> {
        database.tell_head(super::head(database.statement()).await?);
        Ok(Self { database })
    }

    /// The place of the last change that this process knows of, and when there is a later one.
    #[must_use]
    pub fn heads(&self) -> watch::Receiver<i64> {
        self.database.told_head()
    }

    /// Waits until there is a change after the place `position`, and answers the last place.
    pub async fn passed(&self, position: i64) -> i64 {
        let mut heads = self.heads();
        // What is waited on shares a lock, which is let go before anything else is waited for.
        let passed = heads.wait_for(|head| *head > position).await.ok().map(|head| *head);
        match passed {
            Some(head) => head,
            // The database holds the sender, and the hub the database: it never ends.
            None => std::future::pending().await,
        }
    }

    /// Follows for ever what other processes do. Another process may have the same embedded file, as
    /// while one takes over from another, and neither hears of the other: it asks every second, while
    /// somebody waits.
    pub async fn follow(&self) -> Infallible {
        if self.database.engine() == DatabaseBackend::Postgres {
            return self.database.hear_changes().await;
        }
        loop {
            time::sleep(EVERY).await;
            if !self.database.is_waited_on() {
                continue;
            }
            match super::head(self.database.statement()).await {
                Ok(head) => self.database.tell_head(head),
                Err(why) => tracing::debug!(%why, "how far changes are could not be asked"),
            }
        }
    }
}
