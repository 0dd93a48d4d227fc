//! Deletes changes that are too old to be told.

use std::time::Duration;

use chrono::Days;
use entities::{change, change_mark, value::Instant};
use sea_orm::{ActiveValue::Set, ColumnTrait, EntityTrait, QueryFilter, QueryOrder};
use tokio::time::{self, MissedTickBehavior};

use super::order;
use crate::{
    database::{Database, Writing},
    service::Stopped,
};

/// How often it is looked for what is too old.
const EVERY: Duration = Duration::from_secs(3600);
/// How many are deleted by one transaction: on SQLite, writers wait for it.
const AT_ONCE: i64 = 5_000;

/// Keeps changes for so many days, and deletes older ones, again and again.
pub async fn keep_retaining(database: Database, days: u32) {
    let mut ticks = time::interval(EVERY);
    ticks.set_missed_tick_behavior(MissedTickBehavior::Delay);
    loop {
        ticks.tick().await;
        if let Err(stopped) = retain(&database, days).await {
            tracing::error!(%stopped, "old changes could not be deleted; it is tried again");
        }
    }
}

/// Deletes the changes that are older than so many days, and answers how many there were. Whoever has
/// not read them is told to begin anew, because how far it went is kept in the same transaction.
///
/// # Errors
/// A fault of the database.
pub async fn retain(database: &Database, days: u32) -> Result<u64, Stopped> {
    let mut deleted = 0;
    loop {
        let some = database.write(false, |tx| async move { some(&tx, days).await }).await?;
        deleted += some;
        if some == 0 {
            return Ok(deleted);
        }
    }
}

#[expect(clippy::disallowed_methods, reason = "the order of changes is the program's own work")]
async fn some(tx: &Writing, days: u32) -> Result<u64, Stopped> {
    tx.goes_unaudited("what is forgotten was told, and the acts stay");
    order::take_turns(tx).await?;
    let kept_from = tx.today().checked_sub_days(Days::new(days.into())).unwrap_or_default();
    let begins = kept_from.and_time(chrono::NaiveTime::MIN).and_utc();
    let mark = order::mark(&**tx).await?;
    // All before the first that is young enough, and not one that a wrong clock made old.
    let kept = change::Entity::find()
        .filter(change::Column::RecordedAt.gte(Instant::from(begins)))
        .order_by_asc(change::Column::Sequence)
        .one(&**tx)
        .await?;
    let last = kept.map_or(mark.head, |row| row.sequence - 1);
    let floor = last.min(mark.floor + AT_ONCE);
    if floor <= mark.floor {
        return Ok(0);
    }
    let to = change_mark::ActiveModel {
        floor: Set(floor),
        kept_from: Set(Some(mark.kept_from.unwrap_or(kept_from).max(kept_from))),
        ..Default::default()
    };
    order::set_mark(tx, to).await?;
    let gone = change::Column::Sequence.lte(floor);
    Ok(change::Entity::delete_many().filter(gone).exec(&**tx).await?.rows_affected)
}
