use std::sync::{
    Arc,
    atomic::{AtomicI64, Ordering},
};

use chrono::DateTime;

use super::*;

const EMAIL: &str = "finance@council.example";

struct World {
    attempts: Attempts,
    seconds: Arc<AtomicI64>,
}

impl World {
    fn new() -> Self {
        let seconds = Arc::new(AtomicI64::new(1_750_000_000));
        let now = Arc::clone(&seconds);
        let clock = Clock::from_fn(move || {
            DateTime::from_timestamp(now.load(Ordering::Relaxed), 0).unwrap()
        });
        Self { attempts: Attempts::new(clock), seconds }
    }

    fn pass(&self, seconds: i64) {
        self.seconds.fetch_add(seconds, Ordering::Relaxed);
    }

    /// How many attempts fail from `network` before one is refused, at most `most`.
    fn failures(&self, email: &str, network: Network, most: usize) -> usize {
        (0..most).take_while(|_| self.attempts.on_account(email, network).is_ok()).count()
    }
}

fn network(last: u8) -> Network {
    Network::of([192, 0, 2, last].into())
}

#[test]
fn ten_attempts_on_an_account_may_fail_and_one_more_each_ninety_seconds() {
    let world = World::new();
    assert_eq!(world.failures(EMAIL, network(1), 100), 10);
    assert_eq!(world.failures(" Finance@Council.example", network(1), 1), 0);
    let refused = world.attempts.on_account(EMAIL, network(1)).err();
    assert_eq!(refused, Some(TooMany { retry_after_seconds: 91 }));
    world.pass(89);
    assert_eq!(world.failures(EMAIL, network(1), 1), 0);
    world.pass(2);
    assert_eq!(world.failures(EMAIL, network(1), 100), 1, "what was refused was not charged");
    world.pass(900);
    assert_eq!(world.failures(EMAIL, network(1), 100), 10);
}

#[test]
fn what_succeeds_is_not_counted() {
    let world = World::new();
    for _ in 0..200 {
        world.attempts.on_account(EMAIL, network(1)).ok().unwrap().succeeded();
        world.attempts.with_secret(network(1)).ok().unwrap().succeeded();
    }
    assert_eq!(world.failures(EMAIL, network(1), 100), 10);
}

#[test]
fn sixty_attempts_from_a_network_may_fail_whatever_they_are_on() {
    let world = World::new();
    let made = (0..100).filter(|n| world.failures(&format!("{n}@a.example"), network(1), 1) == 1);
    assert_eq!(made.count(), 60);
    assert!(world.attempts.with_secret(network(1)).is_err());
    assert!(world.attempts.with_secret(network(2)).is_ok());
}

#[test]
fn nobody_is_locked_out_by_what_one_other_network_does() {
    let world = World::new();
    for _ in 0..1_000 {
        let _ = world.attempts.on_account(EMAIL, network(1));
        world.pass(15);
    }
    assert_eq!(world.failures(EMAIL, network(2), 100), 10);
}

#[test]
fn many_networks_shut_nobody_out_where_they_sign_in() {
    let world = World::new();
    world.attempts.on_account(EMAIL, network(1)).ok().unwrap().succeeded();
    let guessed: usize = (2..100).map(|last| world.failures(EMAIL, network(last), 10)).sum();
    assert_eq!(guessed, 100);
    assert_eq!(world.failures(EMAIL, network(1), 100), 10);
}
