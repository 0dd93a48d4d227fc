use std::{
    sync::{
        Arc,
        atomic::{AtomicU64, Ordering},
    },
    time::Duration,
};

use sea_orm::{
    ConnectOptions, Database as Mapper, DatabaseConnection,
    sqlx::{
        Connection,
        sqlite::{self, SqliteConnection},
    },
};
use tokio::sync::watch;

use super::{Database, address::masked, counted, deadline};
use crate::clock::Clock;

/// How many may read at once. One more writes.
const READERS: u32 = 16;
/// How many may read for longer than a request at once.
const PATIENT_READERS: u32 = 4;
/// How many connections a PostgreSQL server is asked for.
const POSTGRES_CONNECTIONS: u32 = 24;
/// How long to wait for a connection, or for another process's write to SQLite.
const PATIENCE: Duration = Duration::from_secs(30);

/// How much of a database is used at a time, and for how long.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Bounds {
    /// The connections that read; of SQLite one more writes. As usual when not said.
    pub connections: Option<u32>,
    /// How long a statement may take: on PostgreSQL each, on SQLite all that is read on one
    /// connection while it is held. For ever when not said.
    pub statement: Option<Duration>,
}

/// Why a database cannot be used, in one line.
#[derive(Debug, thiserror::Error)]
pub enum CannotOpen {
    /// The address names no engine that this program knows.
    #[error("{0:?} is no database address: write sqlite:FILE or postgres://USER@HOST/NAME")]
    NotAnAddress(String),
    /// The engine refused.
    #[error("cannot open the database {address}: {reason}")]
    Refused {
        /// Which database, without its password.
        address: String,
        /// What the engine says, without the password too.
        reason: String,
    },
}

/// Opens the database at `address`; a missing SQLite file is created when `create` is set.
///
/// # Errors
/// When the address is malformed, or the file or server cannot be used.
pub async fn open(address: &str, create: bool, clock: Clock) -> Result<Database, CannotOpen> {
    open_with(address, create, clock, None).await
}

/// The same, with at most `most` connections that read; of SQLite one more writes.
///
/// # Errors
/// When the address is malformed, or the file or server cannot be used.
pub async fn open_with(
    address: &str,
    create: bool,
    clock: Clock,
    most: Option<u32>,
) -> Result<Database, CannotOpen> {
    open_bounded(address, create, clock, Bounds { connections: most, statement: None }).await
}

/// The same, within bounds.
///
/// # Errors
/// When the address is malformed, or the file or server cannot be used.
pub async fn open_bounded(
    address: &str,
    create: bool,
    clock: Clock,
    bounds: Bounds,
) -> Result<Database, CannotOpen> {
    let Bounds { connections: most, statement } = bounds;
    let statements = Arc::new(AtomicU64::new(0));
    let head = Arc::new(watch::Sender::new(0));
    let connect = async |options: ConnectOptions| {
        let mut connection = Mapper::connect(options).await.map_err(|reason| {
            let shown = masked(address);
            let reason = reason.to_string().replace(address, &shown);
            CannotOpen::Refused { address: shown, reason }
        })?;
        let count = Arc::clone(&statements);
        connection.set_metric_callback(move |ran| {
            count.fetch_add(1, Ordering::Relaxed);
            counted::count();
            let outcome = if ran.failed { "failed" } else { "done" };
            let took_us = u64::try_from(ran.elapsed.as_micros()).unwrap_or(u64::MAX);
            tracing::info!(target: "tributary::step", outcome, took_us, "statement");
            metrics::histogram!("tributary_statement_seconds", "outcome" => outcome)
                .record(ran.elapsed);
        });
        Ok(connection)
    };
    if let Some(file) = address.strip_prefix("sqlite:") {
        let readers = if file.contains(":memory:") { 0 } else { most.unwrap_or(READERS) };
        let waiting = statement.unwrap_or(PATIENCE);
        let writer = connect(sqlite_options(address, 1, create, waiting)).await?;
        let reader: DatabaseConnection = match readers {
            0 => writer.clone(),
            some => {
                let mut options = sqlite_options(address, some, false, waiting);
                if let Some(longest) = statement {
                    deadline::bound_reading(&mut options, longest);
                }
                connect(options).await?
            }
        };
        let patient = match readers {
            0 => writer.clone(),
            _ => {
                let mut options = sqlite_options(address, PATIENT_READERS, false, PATIENCE);
                options.connect_lazy(true);
                connect(options).await?
            }
        };
        Ok(Database { reader, writer, patient, clock, statements, acting: None, head })
    } else if address.starts_with("postgres://") || address.starts_with("postgresql://") {
        let mut options = ConnectOptions::new(address);
        options.max_connections(most.unwrap_or(POSTGRES_CONNECTIONS)).acquire_timeout(PATIENCE);
        options.sqlx_logging(false).record_stmt_in_spans(false);
        if let Some(longest) = statement {
            options.statement_timeout(longest);
        }
        // A view is a large condition over few rows: compiling it to machine code took ten seconds
        // where running it takes milliseconds.
        // What is acknowledged is durable, whatever the server's own default is.
        options.map_sqlx_postgres_opts(|postgres| {
            postgres.options([("jit", "off"), ("synchronous_commit", "on")])
        });
        let pool = connect(options).await?;
        let (reader, patient) = (pool.clone(), pool.clone());
        Ok(Database { reader, writer: pool, patient, clock, statements, acting: None, head })
    } else {
        Err(CannotOpen::NotAnAddress(masked(address)))
    }
}

/// False of a connection that is in a transaction by its own count, though nobody has it: SQLite took
/// the transaction back by itself, as when the disk is full. A new connection takes its place.
pub(super) fn is_free(connection: &SqliteConnection) -> bool {
    !connection.is_in_transaction()
}

fn sqlite_options(
    address: &str,
    connections: u32,
    create: bool,
    waiting: Duration,
) -> ConnectOptions {
    let mut options = ConnectOptions::new(address);
    options.max_connections(connections).acquire_timeout(PATIENCE);
    options.sqlx_logging(false).record_stmt_in_spans(false);
    options.map_sqlx_sqlite_opts(move |sqlite| {
        sqlite
            .create_if_missing(create)
            .foreign_keys(true)
            .busy_timeout(waiting)
            .journal_mode(sqlite::SqliteJournalMode::Wal)
            .synchronous(sqlite::SqliteSynchronous::Full)
            .pragma("recursive_triggers", "on")
    });
    options.map_sqlx_sqlite_before_acquire(|connection, _| {
        let is_free = is_free(connection);
        Box::pin(async move { Ok(is_free) })
    });
    options
}
