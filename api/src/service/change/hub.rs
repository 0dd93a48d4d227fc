use std::{convert::Infallible, time::Duration};

use tokio::{sync::watch, time};

use crate::database::Database;

/// How long a change is unheard of at most, when nobody heard that there is one.
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
    #[must_use]
    pub fn new(database: Database) -> Self {
        Self { database }
    }

    /// The place of the last change that this process knows of, and when there is a later one.
    #[must_use]
    pub fn heads(&self) -> watch::Receiver<i64> {
        self.database.told_head()
    }

    /// Waits until there is a change after the place `position`, and answers the last place.
    pub async fn passed(&self, position: i64) -> i64 {
        let mut heads = self.heads();
        match heads.wait_for(|head| *head > position).await {
            Ok(head) => *head,
            // The database holds the sender, and the hub the database: it never ends.
            Err(_) => std::future::pending().await,
        }
    }

    /// Follows for ever what other processes do: it hears of it, and asks every second besides, so that
    /// what was not heard costs a second and no change. While the database does not answer, it goes on
    /// asking.
    pub async fn follow(&self) -> Infallible {
        let asking = async {
            let mut ticks = time::interval(EVERY);
            ticks.set_missed_tick_behavior(time::MissedTickBehavior::Delay);
            loop {
                ticks.tick().await;
                match super::head(self.database.statement()).await {
                    Ok(head) => self.database.tell_head(head),
                    Err(why) => tracing::debug!(%why, "how far changes are could not be asked"),
                }
            }
        };
        tokio::select! {
            never = self.database.hear_changes() => never,
            never = asking => never,
        }
    }
}
