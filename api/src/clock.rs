//! Where instants and identities come from, so that tests can choose them.

use std::sync::{
    Arc,
    atomic::{AtomicI64, Ordering},
};

use chrono::{DateTime, NaiveDate, Utc};
use entities::value::Instant;
use uuid::{ContextV7, Timestamp, Uuid};

/// A clock that never goes back, whatever the machine's does.
#[derive(Clone)]
pub struct Clock {
    machine: Arc<dyn Fn() -> DateTime<Utc> + Send + Sync>,
    latest: Arc<AtomicI64>,
    ids: Option<MakesIds>,
}

type MakesIds = Arc<dyn Fn(Instant) -> Uuid + Send + Sync>;

impl Clock {
    /// The machine's clock.
    #[must_use]
    #[expect(clippy::disallowed_methods, reason = "the one place that asks the machine")]
    pub fn system() -> Self {
        Self::from_fn(Utc::now)
    }

    /// A clock that asks `machine`.
    pub fn from_fn(machine: impl Fn() -> DateTime<Utc> + Send + Sync + 'static) -> Self {
        Self { machine: Arc::new(machine), latest: Arc::new(AtomicI64::new(0)), ids: None }
    }

    /// The same clock, whose identities `make` chooses, given the current instant.
    #[must_use]
    pub fn with_ids(self, make: impl Fn(Instant) -> Uuid + Send + Sync + 'static) -> Self {
        Self { ids: Some(Arc::new(make)), ..self }
    }

    /// Now, or the latest instant told before, whichever is later.
    #[must_use]
    pub fn now(&self) -> Instant {
        let now = (self.machine)().timestamp_micros();
        Instant(self.latest.fetch_max(now, Ordering::SeqCst).max(now))
    }

    /// The current day, UTC.
    #[must_use]
    pub fn today(&self) -> NaiveDate {
        self.now().to_utc().date_naive()
    }

    /// A new identity (UUID version 7), which begins with the current instant.
    #[must_use]
    pub fn new_id(&self) -> Uuid {
        if let Some(make) = &self.ids {
            return make(self.now());
        }
        let at = self.now().to_utc();
        let seconds = u64::try_from(at.timestamp()).unwrap_or(0);
        Uuid::new_v7(Timestamp::from_unix(ContextV7::new(), seconds, at.timestamp_subsec_nanos()))
    }
}
