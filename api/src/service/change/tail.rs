use std::{collections::VecDeque, sync::Arc};

use entities::change;
use sea_orm::DbErr;
use tokio::sync::Mutex;

use super::Hub;
use crate::database::Database;

/// How many changes are kept in memory: whoever is further behind starts again.
const KEPT: usize = 10_000;
/// How many are read at once.
const READ: u64 = 1_000;

/// The last changes, read once for everybody in this process who follows them.
pub struct Tail {
    database: Database,
    hub: Hub,
    kept: Mutex<Kept>,
}

/// The changes after a place.
struct Kept {
    after: i64,
    rows: VecDeque<Arc<change::Model>>,
}

/// Why there is nothing to go on with.
#[derive(Debug, thiserror::Error)]
pub enum Missed {
    /// What comes after the place is not kept any more.
    #[error("more has changed since than is kept")]
    Behind,
    /// The database failed.
    #[error(transparent)]
    Fault(#[from] DbErr),
}

impl Tail {
    /// Nothing is read before somebody follows.
    #[must_use]
    pub fn new(database: Database, hub: Hub) -> Self {
        let after = *hub.heads().borrow();
        Self { database, hub, kept: Mutex::new(Kept { after, rows: VecDeque::new() }) }
    }

    /// The place of the last change: where whoever begins now begins.
    #[must_use]
    pub fn head(&self) -> i64 {
        *self.hub.heads().borrow()
    }

    /// Waits for changes after the place `position`, and answers those for which `is_wanted` holds, with
    /// the place up to which it looked.
    ///
    /// # Errors
    /// When they are not kept any more, or the database fails.
    pub async fn passed(
        &self,
        position: i64,
        is_wanted: impl Fn(&change::Model) -> bool,
    ) -> Result<(i64, Vec<Arc<change::Model>>), Missed> {
        let head = self.hub.passed(position).await;
        let mut kept = self.kept.lock().await;
        kept.read(&self.database, head).await?;
        let skipped = usize::try_from(position - kept.after).map_err(|_| Missed::Behind)?;
        let later = kept.rows.iter().skip(skipped);
        let wanted = later.filter(|row| is_wanted(row)).cloned().collect();
        Ok((kept.last().max(position), wanted))
    }
}

impl Kept {
    /// The place of the last that is kept; places have no gaps.
    fn last(&self) -> i64 {
        self.rows.back().map_or(self.after, |row| row.sequence)
    }

    async fn read(&mut self, database: &Database, head: i64) -> Result<(), DbErr> {
        let most = i64::try_from(KEPT).unwrap_or(i64::MAX);
        if head - self.last() > most {
            // Nobody followed for long: what is forgotten at once is not read.
            *self = Self { after: head - most, rows: VecDeque::new() };
        }
        while self.last() < head {
            let rows = super::after(database.statement(), self.last(), READ).await?;
            if rows.is_empty() {
                break;
            }
            self.rows.extend(rows.into_iter().map(Arc::new));
        }
        while self.rows.len() > KEPT {
            self.after = self.rows.pop_front().map_or(self.after, |row| row.sequence);
        }
        Ok(())
    }
}
