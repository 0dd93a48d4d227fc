use std::ops::Deref;

use entities::value::Instant;
use sea_orm::{
    DatabaseBackend, DatabaseTransaction, DbErr, IsolationLevel, SqliteTransactionMode,
    TransactionOptions, TransactionTrait,
};
use uuid::Uuid;

use super::Database;
use crate::{clock::Clock, service::Stopped};

/// How often a transaction that the database itself broke off is tried.
const TRIES: u32 = 5;

/// The one write transaction of a use case.
pub struct Writing {
    transaction: DatabaseTransaction,
    clock: Clock,
}

impl Writing {
    /// A new identity.
    #[must_use]
    pub fn new_id(&self) -> Uuid {
        self.clock.new_id()
    }

    /// The current instant.
    #[must_use]
    pub fn now(&self) -> Instant {
        self.clock.now()
    }

    /// The current day.
    #[must_use]
    pub fn today(&self) -> chrono::NaiveDate {
        self.clock.today()
    }
}

impl Deref for Writing {
    type Target = DatabaseTransaction;
    fn deref(&self) -> &DatabaseTransaction {
        &self.transaction
    }
}

impl Database {
    /// Runs `work` in one transaction, and commits what it did when it succeeds. In a dry run
    /// nothing is kept. Deadlocks and serialisation failures are tried again.
    ///
    /// # Errors
    /// What `work` refused, or a fault of the database.
    pub async fn write<T, W>(&self, dry_run: bool, work: W) -> Result<T, Stopped>
    where
        W: AsyncFn(&Writing) -> Result<T, Stopped>,
    {
        let mut tries = 0;
        loop {
            tries += 1;
            match self.write_once(dry_run, &work).await {
                Err(Stopped::Fault(fault)) if tries < TRIES && is_passing(&fault) => {
                    tracing::debug!(%fault, tries, "transaction tried again");
                }
                outcome => return outcome,
            }
        }
    }

    async fn write_once<T, W>(&self, dry_run: bool, work: &W) -> Result<T, Stopped>
    where
        W: AsyncFn(&Writing) -> Result<T, Stopped>,
    {
        let postgres = self.engine() == DatabaseBackend::Postgres;
        let options = TransactionOptions {
            isolation_level: postgres.then_some(IsolationLevel::ReadCommitted),
            access_mode: None,
            // A deferred transaction that turns to writing fails when another wrote meanwhile.
            sqlite_transaction_mode: (!postgres).then_some(SqliteTransactionMode::Immediate),
        };
        let transaction = self.writer.begin_with_options(options).await?;
        let writing = Writing { transaction, clock: self.clock.clone() };
        match work(&writing).await {
            Ok(done) if dry_run => {
                writing.transaction.rollback().await?;
                Ok(done)
            }
            Ok(done) => {
                writing.transaction.commit().await?;
                Ok(done)
            }
            Err(stopped) => {
                writing.transaction.rollback().await?;
                Err(stopped)
            }
        }
    }
}

/// True of faults after which the same transaction may succeed: 40001 and 40P01.
fn is_passing(fault: &DbErr) -> bool {
    let text = fault.to_string();
    text.contains("deadlock detected") || text.contains("could not serialize access")
}
