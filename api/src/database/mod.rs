//! The two databases behind one door: connections, snapshots for reading, transactions for
//! writing.

mod acting;
mod address;
mod begun;
mod connect;
mod copy;
mod counted;
mod deadline;
mod hear;
mod nested;
mod page;
mod pool;
mod shape;
mod snapshot;
mod total;
mod write;

use std::sync::{
    Arc,
    atomic::{AtomicU64, Ordering},
};

use sea_orm::{DatabaseBackend, DatabaseConnection, DbErr};
use tokio::sync::watch;

use crate::clock::Clock;

pub use acting::Acting;
pub use address::masked;
pub use connect::{Bounds, CannotOpen, open, open_bounded, open_with};
pub use copy::NotCopied;
pub use counted::counted;
pub use deadline::took_too_long;
pub use hear::CHANGES;
pub use nested::{count_by_parent, cut_by_parent, nested};
pub use page::{Cut, Keyset, PageRequest};
pub use pool::Pool;
pub use shape::gave_way;
pub use snapshot::Snapshot;
pub use total::total;
pub use write::{Failure, HOLDING, Writing};

/// An open database, and the clock by which things are recorded in it.
#[derive(Clone)]
pub struct Database {
    reader: DatabaseConnection,
    writer: DatabaseConnection,
    /// What may take longer than a request: of SQLite connections of their own.
    patient: DatabaseConnection,
    clock: Clock,
    statements: Arc<AtomicU64>,
    acting: Option<Acting>,
    head: Arc<watch::Sender<i64>>,
}

impl Database {
    /// How many statements were run since it was opened.
    #[must_use]
    pub fn statements_run(&self) -> u64 {
        self.statements.load(Ordering::Relaxed)
    }

    /// The clock by which things are recorded.
    #[must_use]
    pub fn clock(&self) -> &Clock {
        &self.clock
    }

    /// Which engine it is.
    #[must_use]
    pub fn engine(&self) -> DatabaseBackend {
        self.writer.get_database_backend()
    }

    /// Where a single statement is run that needs no snapshot, and writes nothing.
    #[must_use]
    pub fn statement(&self) -> &DatabaseConnection {
        &self.reader
    }

    /// True while somebody in this process waits for changes.
    #[must_use]
    pub fn is_waited_on(&self) -> bool {
        self.head.receiver_count() > 0
    }

    /// Tells everybody in this process who waits for changes that the last of them has this place. A
    /// place before the one told last tells nothing.
    pub fn tell_head(&self, head: i64) {
        self.head.send_if_modified(|told| {
            let is_later = head > *told;
            *told = head.max(*told);
            is_later
        });
    }

    /// The place of the last change, as far as this process was told; 0 before it was told of any.
    #[must_use]
    pub fn told_head(&self) -> watch::Receiver<i64> {
        self.head.subscribe()
    }

    /// Lets go of every connection.
    ///
    /// # Errors
    /// A fault of the database.
    pub async fn close(self) -> Result<(), DbErr> {
        self.reader.close().await?;
        self.patient.close().await?;
        self.writer.close().await
    }

    /// The connection for changing the stored shape.
    #[must_use]
    pub fn for_migration(&self) -> &DatabaseConnection {
        &self.writer
    }
}
