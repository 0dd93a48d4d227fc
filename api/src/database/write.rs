use std::{
    ops::Deref,
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
};

use entities::{audit_act, value::Instant};
use sea_orm::{
    ActiveModelTrait, ConnectionTrait, DatabaseBackend, DatabaseTransaction, DbErr, EntityTrait,
    IntoActiveModel, IsolationLevel, SqliteTransactionMode, TransactionOptions,
    sea_query::LockType,
};
use uuid::Uuid;

use super::{Database, begun::begun};
use crate::clock::Clock;

/// How often a transaction that the database itself broke off is tried.
const TRIES: u32 = 5;
/// How many rows one statement writes: engines limit the values that it may carry, SQLite to 32,766.
const MOST_ROWS: usize = 1_000;

/// Why a use case came to no end: perhaps a fault of the database, after which it may be tried
/// again.
pub trait Failure: From<DbErr> {
    /// The fault, if it is one.
    fn fault(&self) -> Option<&DbErr>;
}

/// The one write transaction of a use case.
#[derive(Clone)]
pub struct Writing {
    transaction: Arc<DatabaseTransaction>,
    clock: Clock,
    /// Whether the trail of audit knows of what this try does.
    is_accounted_for: Arc<AtomicBool>,
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

    /// Writes a new row, and answers with it. What was written is not read back: a row may be one
    /// that its writer does not see yet.
    ///
    /// # Errors
    /// A fault of the database.
    pub async fn insert<M, A>(&self, row: M) -> Result<M, DbErr>
    where
        M: Clone + IntoActiveModel<A>,
        A: ActiveModelTrait,
    {
        let new = row.clone().into_active_model().reset_all();
        A::Entity::insert(new).exec_without_returning(&**self).await?;
        Ok(row)
    }

    /// Writes new rows, as many as engines take in one statement at a time.
    ///
    /// # Errors
    /// A fault of the database.
    pub async fn insert_all<M, A>(&self, rows: &[M]) -> Result<(), DbErr>
    where
        M: Clone + IntoActiveModel<A>,
        A: ActiveModelTrait,
    {
        for some in rows.chunks(MOST_ROWS) {
            let new = some.iter().map(|row| row.clone().into_active_model().reset_all());
            A::Entity::insert_many(new).exec_without_returning(&**self).await?;
        }
        Ok(())
    }

    /// Records an act in the trail of audit. A transaction that records none is not committed.
    ///
    /// # Errors
    /// A fault of the database.
    pub async fn audit(&self, act: audit_act::Model) -> Result<(), DbErr> {
        self.audit_all(&[act]).await
    }

    /// Records acts in the trail of audit, in as few statements as engines allow.
    ///
    /// # Errors
    /// A fault of the database.
    pub async fn audit_all(&self, acts: &[audit_act::Model]) -> Result<(), DbErr> {
        self.insert_all(acts).await?;
        if !acts.is_empty() {
            self.is_accounted_for.store(true, Ordering::Relaxed);
        }
        Ok(())
    }

    /// Lets the transaction be committed without an act: it changes nothing that the trail of audit
    /// is about, for this `reason`.
    pub fn goes_unaudited(&self, reason: &'static str) {
        tracing::trace!(reason, "a transaction leaves no act");
        self.is_accounted_for.store(true, Ordering::Relaxed);
    }

    /// Runs a part of the transaction that may be refused on its own: what a refused part wrote is
    /// taken back, and the rest of the transaction goes on.
    ///
    /// # Errors
    /// What `part` refused, or a fault of the database.
    pub async fn attempt<T, E: Failure>(
        &self,
        part: impl Future<Output = Result<T, E>>,
    ) -> Result<T, E> {
        let was_accounted_for = self.is_accounted_for.load(Ordering::Relaxed);
        self.execute_unprepared("savepoint part").await?;
        let outcome = part.await;
        if let Err(failure) = &outcome {
            if failure.fault().is_some() {
                // The whole transaction ends with it.
                return outcome;
            }
            self.execute_unprepared("rollback to savepoint part").await?;
            self.is_accounted_for.store(was_accounted_for, Ordering::Relaxed);
        }
        self.execute_unprepared("release savepoint part").await?;
        outcome
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
    /// nothing is kept. Deadlocks and serialisation failures are tried again. What left no act in
    /// the trail of audit is not committed, unless it said why ([`Writing::goes_unaudited`]).
    ///
    /// `work` is handed the transaction and not a reference to it, because the compiler cannot yet
    /// prove that a future over any borrowed transaction can be sent:
    /// `database.write(dry_run, |tx| async move { create_in(&tx, viewer, new).await })`, where
    /// `viewer` and `new` are references.
    ///
    /// # Errors
    /// What `work` refused, or a fault of the database.
    pub async fn write<T, E, W, F>(&self, dry_run: bool, work: W) -> Result<T, E>
    where
        E: Failure,
        W: Fn(Writing) -> F,
        F: Future<Output = Result<T, E>>,
    {
        let mut tries = 0;
        loop {
            tries += 1;
            let outcome = self.write_once(dry_run, &work).await;
            let fault = outcome.as_ref().err().and_then(E::fault);
            match fault {
                Some(fault) if tries < TRIES && is_passing(fault) => {
                    tracing::debug!(%fault, tries, "transaction tried again");
                }
                _ => return outcome,
            }
        }
    }

    async fn write_once<T, E, W, F>(&self, dry_run: bool, work: &W) -> Result<T, E>
    where
        E: Failure,
        W: Fn(Writing) -> F,
        F: Future<Output = Result<T, E>>,
    {
        let postgres = self.engine() == DatabaseBackend::Postgres;
        let options = TransactionOptions {
            isolation_level: postgres.then_some(IsolationLevel::ReadCommitted),
            access_mode: None,
            // A deferred transaction that turns to writing fails when another wrote meanwhile.
            sqlite_transaction_mode: (!postgres).then_some(SqliteTransactionMode::Immediate),
        };
        let transaction = Arc::new(begun(&self.writer, options).await?);
        super::acting::begin(&*transaction, self.acting).await?;
        let is_accounted_for = Arc::new(AtomicBool::new(false));
        let writing = Writing {
            transaction: Arc::clone(&transaction),
            clock: self.clock.clone(),
            is_accounted_for: Arc::clone(&is_accounted_for),
        };
        let outcome = work(writing).await;
        let transaction = Arc::into_inner(transaction).ok_or_else(|| {
            DbErr::Custom("a use case kept its transaction beyond its end".to_owned())
        })?;
        if outcome.is_err() || dry_run {
            transaction.rollback().await?;
        } else if is_accounted_for.load(Ordering::Relaxed) {
            transaction.commit().await?;
        } else {
            transaction.rollback().await?;
            let why = "a use case left no act in the trail of audit: nothing was written";
            return Err(DbErr::Custom(why.to_owned()).into());
        }
        outcome
    }
}

/// How a row is held until the transaction ends: nobody else holds it meanwhile. Rows that refer to it
/// may be written all the same, so that of two that have written one and hold it then neither waits
/// for the other.
pub const HOLDING: LockType = LockType::NoKeyUpdate;

/// True of faults after which the same transaction may succeed: 40001 and 40P01.
fn is_passing(fault: &DbErr) -> bool {
    let text = fault.to_string();
    text.contains("deadlock detected") || text.contains("could not serialize access")
}
