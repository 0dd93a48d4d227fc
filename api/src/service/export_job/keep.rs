//! Files that nobody will read any more, and jobs that nobody writes any more.

use std::time::Duration;

use entities::{
    export_job::{self as export, Column, ExportStatus},
    value::Instant,
};
use sea_orm::{
    ActiveEnum, ColumnTrait, Condition, DbErr, EntityTrait, QueryFilter, QuerySelect,
    sea_query::Expr,
};
use tokio::time::{self, MissedTickBehavior};
use uuid::Uuid;

use super::pieces;
use crate::{
    database::{Database, Writing},
    service::Stopped,
};

/// How often it is looked for what has to go.
const EVERY: Duration = Duration::from_secs(5);
/// After how long a job that has not said that it lives is taken for dead: several times as long as
/// between two signs.
const DEAD_AFTER_MICROSECONDS: i64 = 60 * 1_000_000;
/// What is said of a job whose server is gone.
const SERVER_GONE: &str =
    "the server ended before the file was written, and there is none: export it again";

/// Clears away what has to go, again and again, from the start of the server on.
pub async fn keep_tidy(database: Database) {
    let mut ticks = time::interval(EVERY);
    ticks.set_missed_tick_behavior(MissedTickBehavior::Delay);
    loop {
        ticks.tick().await;
        if let Err(stopped) = tidy(&database).await {
            tracing::error!(%stopped, "exports could not be cleared away; it is tried again");
        }
    }
}

/// Deletes files that are kept no longer, and fails exports whose server is gone.
///
/// # Errors
/// A fault of the database.
pub async fn tidy(database: &Database) -> Result<(), Stopped> {
    // A look first: most of the time there is nothing, and writing waits for others.
    let now = database.clock().now();
    if ids(database.statement(), due(now)).await?.is_empty() {
        return Ok(());
    }
    database.write(false, |tx| async move { tidy_in(&tx).await }).await
}

async fn tidy_in(tx: &Writing) -> Result<(), Stopped> {
    tx.goes_unaudited("what was exported is on record; its file is no fact");
    let over = ids(&**tx, expired(tx.now())).await?;
    end(tx, (&over, ExportStatus::Expired, None)).await?;
    let dead = ids(&**tx, dead(tx.now())).await?;
    end(tx, (&dead, ExportStatus::Failed, Some(SERVER_GONE))).await?;
    Ok(())
}

async fn end(
    tx: &Writing,
    (exports, status, failure): (&[Uuid], ExportStatus, Option<&str>),
) -> Result<(), DbErr> {
    if exports.is_empty() {
        return Ok(());
    }
    // The rows first: whoever stores a piece holds its own, and none comes after this.
    export::Entity::update_many()
        .col_expr(Column::Status, Expr::val(status.to_value()))
        .col_expr(Column::Failure, Expr::val(failure.map(str::to_owned)))
        .filter(Column::Id.is_in(exports.iter().copied()))
        .exec(&**tx)
        .await?;
    pieces::delete(tx, exports).await
}

#[expect(clippy::disallowed_methods, reason = "what has to go is the program's own work")]
async fn ids(
    connection: &impl sea_orm::ConnectionTrait,
    which: Condition,
) -> Result<Vec<Uuid>, DbErr> {
    let found = export::Entity::find().select_only().column(Column::Id).filter(which);
    found.into_tuple().all(connection).await
}

fn due(now: Instant) -> Condition {
    Condition::any().add(expired(now)).add(dead(now))
}

fn expired(now: Instant) -> Condition {
    let is_ready = Column::Status.eq(ExportStatus::Ready);
    Condition::all().add(is_ready).add(Column::ExpiresAt.lte(now))
}

fn dead(now: Instant) -> Condition {
    let last = Instant(now.0.saturating_sub(DEAD_AFTER_MICROSECONDS));
    let is_running = Column::Status.eq(ExportStatus::Running);
    Condition::all().add(is_running).add(Column::AliveAt.lt(last))
}
