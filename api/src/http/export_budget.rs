//! What exports cost their client, beside the request that begins them.

use std::{
    sync::{
        Arc,
        atomic::{AtomicU64, Ordering},
    },
    time::Duration,
};

use uuid::Uuid;

use super::Budgets;
use crate::service::export_job::{Budget, Pays, Unpaid};

/// The budget of the client that asks.
pub(super) struct ExportBudget {
    pub(super) budgets: Arc<Budgets>,
    pub(super) client: (Uuid, Option<Uuid>),
    /// How long files are kept.
    pub(super) kept: Duration,
}

/// One export, and what was taken for rows that are not written yet.
struct Paying {
    budgets: Arc<Budgets>,
    client: (Uuid, Option<Uuid>),
    kept: Duration,
    ahead: AtomicU64,
}

impl Budget for ExportBudget {
    fn begin(&self, cost: u64) -> Result<Box<dyn Pays>, Unpaid> {
        let taken = self.budgets.take(self.client, cost).map_err(|unpaid| Unpaid {
            code: unpaid.code(),
            message: unpaid.message(),
            retry_after_seconds: unpaid.retry_after_seconds,
        })?;
        Ok(Box::new(Paying {
            budgets: Arc::clone(&self.budgets),
            client: self.client,
            kept: self.kept,
            ahead: AtomicU64::new(taken),
        }))
    }
}

impl Pays for Paying {
    fn pay(&self, cost: u64) {
        let ahead = self.ahead.load(Ordering::Relaxed);
        self.ahead.store(ahead.saturating_sub(cost), Ordering::Relaxed);
        let beyond = cost.saturating_sub(ahead);
        if beyond > 0 {
            self.budgets.settle(self.client, (0, beyond));
        }
    }

    fn kept_microseconds(&self) -> i64 {
        i64::try_from(self.kept.as_micros()).unwrap_or(i64::MAX)
    }
}

impl Drop for Paying {
    fn drop(&mut self) {
        let ahead = self.ahead.load(Ordering::Relaxed);
        if ahead > 0 {
            self.budgets.settle(self.client, (ahead, 0));
        }
    }
}
