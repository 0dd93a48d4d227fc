//! Limits on attempts to be let in, by the account that is written and the network they come from.
//!
//! Every attempt is charged before anything is looked up, and given back when it succeeds: only
//! failures count, many at once cannot slip past, and an address that nobody has is charged like
//! one that somebody has. What is refused is not charged, so that a limit never grows by being
//! hit.

use std::{num::NonZeroU32, time::Duration};

use aws_lc_rs::digest;
use governor::{Quota, RateLimiter, clock, middleware::NoOpMiddleware};

use super::Network;
use crate::clock::Clock;
use buckets::{Buckets, Key};

mod buckets;

/// How many attempts may fail, and how long it takes until one more may.
struct Allowance {
    failures: NonZeroU32,
    refill: Duration,
}

/// On one account from one network: ten in a quarter of an hour.
const ACCOUNT_FROM_NETWORK: Allowance = allowance(10, 90);
/// On one account from everywhere: a hundred, so that somebody with one network locks nobody out.
const ACCOUNT: Allowance = allowance(100, 9);
/// From one network, on whatever account.
const NETWORK: Allowance = allowance(60, 15);
/// How long an account is remembered to have signed in from a network. There it is not held to
/// what fails elsewhere: whoever has many networks cannot shut its owner out for ever.
const REMEMBERED: Duration = Duration::from_secs(30 * 24 * 60 * 60);

const fn allowance(failures: u32, refill_seconds: u64) -> Allowance {
    let failures = match NonZeroU32::new(failures) {
        Some(failures) => failures,
        None => NonZeroU32::MIN,
    };
    Allowance { failures, refill: Duration::from_secs(refill_seconds) }
}

/// What failed lately, in this process.
pub struct Attempts {
    by_account_and_network: Limit,
    by_account: Limit,
    by_network: Limit,
    signed_in: Buckets,
    clock: Clock,
}

/// An attempt that is under way: it has failed unless it is said to have succeeded.
#[must_use]
pub struct Attempt<'a> {
    attempts: &'a Attempts,
    charged: Vec<(&'a Limit, Key)>,
    signs_in: Option<Key>,
}

/// Too many attempts failed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct TooMany {
    /// After how many seconds the next may be made.
    pub retry_after_seconds: u64,
}

impl Attempts {
    /// Nothing has failed yet, by `clock`.
    #[must_use]
    pub fn new(clock: Clock) -> Self {
        Self {
            by_account_and_network: Limit::new(&ACCOUNT_FROM_NETWORK, clock.clone()),
            by_account: Limit::new(&ACCOUNT, clock.clone()),
            by_network: Limit::new(&NETWORK, clock.clone()),
            signed_in: Buckets::default(),
            clock,
        }
    }

    /// Begins an attempt on the account that signs in with `email`, whether there is one or not.
    ///
    /// # Errors
    /// When too many have failed.
    pub fn on_account(&self, email: &str, network: Network) -> Result<Attempt<'_>, TooMany> {
        // Somebody who writes an address in another case means the same account.
        let email = email.trim().to_lowercase();
        let pair = key(&[&network.to_string(), &email]);
        let mut attempt = Attempt { attempts: self, charged: Vec::new(), signs_in: Some(pair) };
        attempt.charge(&self.by_network, key(&[&network.to_string()]))?;
        attempt.charge(&self.by_account_and_network, pair)?;
        if !self.has_signed_in(&pair) {
            attempt.charge(&self.by_account, key(&["", &email]))?;
        }
        Ok(attempt)
    }

    /// Begins an attempt with a secret that names no account: a refresh token, or a key.
    ///
    /// # Errors
    /// When too many have failed.
    pub fn with_secret(&self, network: Network) -> Result<Attempt<'_>, TooMany> {
        let mut attempt = Attempt { attempts: self, charged: Vec::new(), signs_in: None };
        attempt.charge(&self.by_network, key(&[&network.to_string()]))?;
        Ok(attempt)
    }

    fn has_signed_in(&self, pair: &Key) -> bool {
        self.signed_in.get(pair).is_some_and(|at| at + REMEMBERED > since_epoch(&self.clock))
    }
}

impl<'a> Attempt<'a> {
    /// It did not fail: it is not counted.
    pub fn succeeded(self) {
        if let Some(pair) = self.signs_in {
            self.attempts.signed_in.put(pair, since_epoch(&self.attempts.clock));
        }
        self.give_back();
    }

    fn charge(&mut self, limit: &'a Limit, key: Key) -> Result<(), TooMany> {
        if let Err(wait) = limit.charge(&key) {
            std::mem::take(&mut self.charged).iter().for_each(|(limit, key)| limit.give_back(key));
            // A part of a second is a whole one to whoever waits.
            return Err(TooMany { retry_after_seconds: wait.as_secs() + 1 });
        }
        self.charged.push((limit, key));
        Ok(())
    }

    fn give_back(&self) {
        self.charged.iter().for_each(|(limit, key)| limit.give_back(key));
    }
}

struct Limit {
    limiter: RateLimiter<Key, Buckets, InjectedClock, NoOpMiddleware<Duration>>,
    buckets: Buckets,
    refill: Duration,
}

impl Limit {
    fn new(allowance: &Allowance, clock: Clock) -> Self {
        let buckets = Buckets::default();
        // A period of no time is no quota; none of the allowances has one.
        let quota = Quota::with_period(allowance.refill)
            .unwrap_or_else(|| Quota::per_minute(allowance.failures))
            .allow_burst(allowance.failures);
        let limiter = RateLimiter::new(quota, buckets.clone(), InjectedClock(clock));
        Self { limiter, buckets, refill: allowance.refill }
    }

    /// Charges one attempt, or answers how long to wait for it.
    fn charge(&self, key: &Key) -> Result<(), Duration> {
        if self.buckets.is_crowded() {
            self.limiter.retain_recent();
        }
        self.limiter
            .check_key(key)
            .map_err(|not_until| not_until.wait_time_from(clock::Clock::now(self.limiter.clock())))
    }

    fn give_back(&self, key: &Key) {
        self.buckets.lower(key, self.refill);
    }
}

/// The world's clock, as the limiter asks it: time since the epoch.
struct InjectedClock(Clock);

impl clock::Clock for InjectedClock {
    type Instant = Duration;

    fn now(&self) -> Duration {
        since_epoch(&self.0)
    }
}

fn since_epoch(clock: &Clock) -> Duration {
    Duration::from_micros(u64::try_from(clock.now().to_microseconds()).unwrap_or(0))
}

/// What is counted is kept as a hash: of one length, and no address of anybody.
fn key(parts: &[&str]) -> Key {
    let mut context = digest::Context::new(&digest::SHA256);
    for part in parts {
        context.update(part.as_bytes());
        context.update(&[0]);
    }
    let mut key = Key::default();
    key.copy_from_slice(&context.finish().as_ref()[..size_of::<Key>()]);
    key
}

#[cfg(test)]
mod tests;
