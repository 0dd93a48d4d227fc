use std::{sync::Arc, time::Duration};

use sea_orm::{
    AccessMode, ConnectionTrait, DatabaseBackend, DatabaseConnection, DatabaseTransaction, DbErr,
    IsolationLevel, TransactionOptions,
};

use super::{Database, begun::begun};

/// One instant of the database: everything read through it belongs together.
#[derive(Clone)]
pub struct Snapshot(Arc<DatabaseTransaction>);

impl Snapshot {
    /// What statements are run on.
    #[must_use]
    pub fn connection(&self) -> &DatabaseTransaction {
        &self.0
    }
}

impl Database {
    /// A snapshot of the database as it is now.
    ///
    /// # Errors
    /// When no connection can be had.
    pub async fn snapshot(&self) -> Result<Snapshot, DbErr> {
        self.snapshot_on(&self.reader).await
    }

    /// The same, for what is read in the background and may take longer than a request.
    ///
    /// # Errors
    /// When no connection can be had.
    pub async fn long_snapshot(&self, longest: Duration) -> Result<Snapshot, DbErr> {
        let snapshot = self.snapshot_on(&self.patient).await?;
        if self.engine() == DatabaseBackend::Postgres {
            let patience = format!("set local statement_timeout = {}", longest.as_millis());
            snapshot.0.execute_unprepared(&patience).await?;
        }
        Ok(snapshot)
    }

    async fn snapshot_on(&self, reader: &DatabaseConnection) -> Result<Snapshot, DbErr> {
        let postgres = self.engine() == DatabaseBackend::Postgres;
        let options = TransactionOptions {
            isolation_level: postgres.then_some(IsolationLevel::RepeatableRead),
            access_mode: postgres.then_some(AccessMode::ReadOnly),
            sqlite_transaction_mode: None,
        };
        let transaction = begun(reader, options).await?;
        super::acting::begin(&transaction, self.acting).await?;
        // SQLite's snapshot begins with the first read and not with BEGIN.
        if !postgres {
            transaction.execute_unprepared("select 1 from installation").await?;
        }
        Ok(Snapshot(Arc::new(transaction)))
    }
}
