//! Budgets of cost: what each sender may still ask for.
//!
//! A request is charged before it is executed and settled with what it used afterwards; time
//! restores a budget up to its capacity. There is no clock here: whoever asks says what time it is,
//! in microseconds since any one instant.

use std::{
    collections::HashMap,
    hash::Hash,
    sync::{Mutex, MutexGuard, PoisonError},
};

/// Budgets that are kept at most: a few megabytes.
const MOST_KEPT: usize = 65_536;
/// Budgets are kept in millionths of cost, so that what a microsecond restores is a whole number.
const MILLION: i64 = 1_000_000;

/// How large a budget is, and how fast it comes back.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Terms {
    /// What a full budget pays for.
    pub capacity: u32,
    /// What comes back each second.
    pub restored_per_second: u32,
}

impl Terms {
    /// What each client of an organisation has unless somebody sets it: a request may come to the
    /// most objects that lists may hold, with nine fields each.
    pub const USUAL: Self = Self { capacity: 500_000, restored_per_second: 5_000 };
    /// What those who did not sign in have together, from one network: the standard introspection
    /// query several times at once, and what was published.
    pub const ANONYMOUS: Self = Self { capacity: 500_000, restored_per_second: 2_000 };
}

/// The budgets of many senders, all on the same terms.
#[derive(Debug)]
pub struct Budgets<K> {
    terms: Terms,
    /// Who is not in it has a full budget.
    spent: Mutex<HashMap<K, Level>>,
}

/// How a budget stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Standing {
    pub terms: Terms,
    /// What may be asked for now.
    pub available: u32,
}

/// Why a request is not charged, and is not to be executed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Refused {
    /// No budget pays for it, however full.
    BeyondCapacity { standing: Standing },
    /// The budget pays for it once this time has passed.
    Spent { standing: Standing, retry_after_seconds: u64 },
}

#[derive(Clone, Copy, Debug)]
struct Level {
    /// In millionths; below nothing where more was used than was charged.
    millionths: i64,
    at_micros: u64,
}

impl<K: Clone + Eq + Hash> Budgets<K> {
    /// Full budgets for everybody.
    pub fn new(terms: Terms) -> Self {
        Self { terms, spent: Mutex::default() }
    }

    /// How the budget of a sender stands.
    pub fn standing(&self, key: &K, now_micros: u64) -> Standing {
        let level = self.held().get(key).copied();
        self.told(self.restored(level, now_micros))
    }

    /// Takes the price of a request from the budget of its sender.
    ///
    /// # Errors
    ///
    /// When the budget does not pay for it; nothing is taken then.
    pub fn charge(&self, key: &K, cost: u64, now_micros: u64) -> Result<Standing, Refused> {
        let mut held = self.held();
        let mut level = self.restored(held.get(key).copied(), now_micros);
        level.millionths -= self.price(level, cost)?;
        self.keep(&mut held, key, level);
        Ok(self.told(level))
    }

    /// Whether the budget of a sender would pay for a request; nothing is taken.
    ///
    /// # Errors
    ///
    /// When the budget would not pay for it.
    pub fn would_pay(&self, key: &K, cost: u64, now_micros: u64) -> Result<Standing, Refused> {
        let level = self.restored(self.held().get(key).copied(), now_micros);
        self.price(level, cost)?;
        Ok(self.told(level))
    }

    /// What a request takes from a budget that stands there, in millionths.
    fn price(&self, level: Level, cost: u64) -> Result<i64, Refused> {
        let capacity = u64::from(self.terms.capacity);
        let Some(wanted) = i64::try_from(cost).ok().filter(|_| cost <= capacity) else {
            return Err(Refused::BeyondCapacity { standing: self.told(level) });
        };
        let missing = wanted * MILLION - level.millionths;
        if missing > 0 {
            let restored =
                u64::from(self.terms.restored_per_second.max(1)) * MILLION.unsigned_abs();
            let retry_after_seconds = missing.unsigned_abs().div_ceil(restored);
            return Err(Refused::Spent { standing: self.told(level), retry_after_seconds });
        }
        Ok(wanted * MILLION)
    }

    /// Gives back what was charged and not used, or takes what was used beyond it: no more than
    /// leaves the budget one capacity below nothing, so that nobody waits for ever.
    pub fn settle(&self, key: &K, charged: u64, used: u64, now_micros: u64) -> Standing {
        let mut held = self.held();
        let mut level = self.restored(held.get(key).copied(), now_micros);
        let full = i64::from(self.terms.capacity) * MILLION;
        let of = |cost: u64| i64::try_from(cost).unwrap_or(i64::MAX).saturating_mul(MILLION);
        let after = level.millionths.saturating_add(of(charged)).saturating_sub(of(used));
        level.millionths = after.clamp(-full, full);
        self.keep(&mut held, key, level);
        self.told(level)
    }

    /// A level as time has left it; a clock that goes back restores nothing.
    fn restored(&self, level: Option<Level>, now_micros: u64) -> Level {
        let full = i64::from(self.terms.capacity) * MILLION;
        let Some(level) = level else { return Level { millionths: full, at_micros: now_micros } };
        let passed = i64::try_from(now_micros.saturating_sub(level.at_micros)).unwrap_or(i64::MAX);
        let restored = passed.saturating_mul(i64::from(self.terms.restored_per_second));
        let millionths = level.millionths.saturating_add(restored).min(full);
        Level { millionths, at_micros: level.at_micros.max(now_micros) }
    }

    /// Where there is no room, the half that has most left is forgotten, and so is full.
    fn keep(&self, held: &mut HashMap<K, Level>, key: &K, level: Level) {
        if held.len() >= MOST_KEPT && !held.contains_key(key) {
            let now = |kept: &Level| self.restored(Some(*kept), level.at_micros).millionths;
            let mut levels: Vec<i64> = held.values().map(now).collect();
            let middle = levels.len() / 2;
            let (_, middle, _) = levels.select_nth_unstable(middle);
            let middle = *middle;
            held.retain(|_, kept| now(kept) < middle);
        }
        held.insert(key.clone(), level);
    }

    fn told(&self, level: Level) -> Standing {
        let available = u32::try_from(level.millionths.max(0) / MILLION).unwrap_or(u32::MAX);
        Standing { terms: self.terms, available }
    }

    fn held(&self) -> MutexGuard<'_, HashMap<K, Level>> {
        self.spent.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
