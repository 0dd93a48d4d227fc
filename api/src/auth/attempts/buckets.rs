use std::{
    collections::HashMap,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    time::Duration,
};

use governor::{
    nanos::Nanos,
    state::{StateStore, keyed::ShrinkableKeyedStateStore},
};

/// What is counted, hashed.
pub(super) type Key = [u8; 16];

/// The most that are kept: a few megabytes.
const MOST_KEYS: usize = 65_536;

/// One instant a key: for the limiter, when its bucket will be full again. The library's own store
/// has no bound, and takes nothing back.
#[derive(Clone, Default)]
pub(super) struct Buckets(Arc<Mutex<HashMap<Key, Nanos>>>);

impl Buckets {
    /// The instant kept for `key`.
    pub(super) fn get(&self, key: &Key) -> Option<Duration> {
        self.held().get(key).copied().map(Duration::from)
    }

    /// Keeps `instant` for `key`.
    pub(super) fn put(&self, key: Key, instant: Duration) {
        keep(&mut self.held(), key, instant.into());
    }

    /// Takes `by` from the instant kept for `key`.
    pub(super) fn lower(&self, key: &Key, by: Duration) {
        if let Some(kept) = self.held().get_mut(key) {
            *kept = kept.saturating_sub(by.into());
        }
    }

    /// True when there is room for no more.
    pub(super) fn is_crowded(&self) -> bool {
        self.held().len() >= MOST_KEYS
    }

    fn held(&self) -> MutexGuard<'_, HashMap<Key, Nanos>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Where there is no room, the half that has least to wait is forgotten.
fn keep(held: &mut HashMap<Key, Nanos>, key: Key, instant: Nanos) {
    if held.len() >= MOST_KEYS && !held.contains_key(&key) {
        let mut instants: Vec<Nanos> = held.values().copied().collect();
        let middle = instants.len() / 2;
        let (_, middle, _) = instants.select_nth_unstable(middle);
        let middle = *middle;
        held.retain(|_, kept| *kept > middle);
    }
    held.insert(key, instant);
}

impl StateStore for Buckets {
    type Key = Key;

    fn measure_and_replace<T, F, E>(&self, key: &Key, measure: F) -> Result<T, E>
    where
        F: Fn(Option<Nanos>) -> Result<(T, Nanos), E>,
    {
        let mut held = self.held();
        let (outcome, instant) = measure(held.get(key).copied())?;
        keep(&mut held, *key, instant);
        Ok(outcome)
    }
}

impl ShrinkableKeyedStateStore<Key> for Buckets {
    fn retain_recent(&self, drop_below: Nanos) {
        self.held().retain(|_, kept| *kept > drop_below);
    }

    fn len(&self) -> usize {
        self.held().len()
    }

    fn is_empty(&self) -> bool {
        self.held().is_empty()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_more_is_kept_than_there_is_room_for() {
        let buckets = Buckets::default();
        for number in 0..=MOST_KEYS as u128 * 2 {
            let instant = Duration::from_nanos(u64::try_from(number).unwrap());
            buckets.put(number.to_be_bytes(), instant);
            assert!(buckets.len() <= MOST_KEYS);
        }
        let latest = MOST_KEYS as u128 * 2;
        assert!(buckets.get(&latest.to_be_bytes()).is_some());
        assert!(buckets.get(&0_u128.to_be_bytes()).is_none());
    }
}
