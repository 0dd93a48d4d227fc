use std::{
    collections::HashMap,
    sync::{Arc, Mutex, PoisonError},
};

use ::metrics::gauge;
use tokio::sync::watch;

use super::SocketTerms;
use crate::auth::Network;

/// The sockets and event streams that are open.
pub struct Seats {
    /// What they may take.
    pub terms: SocketTerms,
    taken: Mutex<HashMap<Network, usize>>,
    /// Each holds a receiver for as long as it is open.
    stop: watch::Sender<bool>,
}

/// Why there is none.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::http) enum NoSeat {
    /// The network has as many as it may.
    OfNetwork,
    /// There are as many as are kept.
    InAll,
}

/// One of them, until it is dropped.
pub(in crate::http) struct Seat {
    seats: Arc<Seats>,
    network: Network,
    /// Turns true when the server is told to stop.
    pub stop: watch::Receiver<bool>,
}

impl Seats {
    /// None is taken.
    #[must_use]
    pub fn new(terms: SocketTerms) -> Arc<Self> {
        Arc::new(Self { terms, taken: Mutex::default(), stop: watch::Sender::new(false) })
    }

    /// Takes one.
    pub(in crate::http) fn take(self: &Arc<Self>, network: Network) -> Result<Seat, NoSeat> {
        let mut taken = self.taken.lock().unwrap_or_else(PoisonError::into_inner);
        if taken.values().sum::<usize>() >= self.terms.in_all || *self.stop.borrow() {
            return Err(NoSeat::InAll);
        }
        let of_network = taken.entry(network).or_default();
        if *of_network >= self.terms.of_network {
            return Err(NoSeat::OfNetwork);
        }
        *of_network += 1;
        gauge!("tributary_sockets").increment(1.0);
        Ok(Seat { seats: Arc::clone(self), network, stop: self.stop.subscribe() })
    }

    /// Tells all of them to end: from now on there are none.
    pub fn stop(&self) {
        self.stop.send_replace(true);
    }

    /// Waits until all have ended.
    pub async fn ended(&self) {
        self.stop.closed().await;
    }
}

impl Drop for Seat {
    fn drop(&mut self) {
        let mut taken = self.seats.taken.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(of_network) = taken.get_mut(&self.network) {
            *of_network -= 1;
            if *of_network == 0 {
                taken.remove(&self.network);
            }
        }
        gauge!("tributary_sockets").decrement(1.0);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_network_and_all_have_as_many_as_they_may_and_what_ends_makes_room() {
        let terms = SocketTerms { of_network: 1, in_all: 2, ..SocketTerms::default() };
        let seats = Seats::new(terms);
        let of = |last| Network::of([10, 0, 0, last].into());
        let first = seats.take(of(1)).ok();
        assert!(first.is_some());
        assert_eq!(seats.take(of(1)).err(), Some(NoSeat::OfNetwork));
        let second = seats.take(of(2)).ok();
        assert_eq!(seats.take(of(3)).err(), Some(NoSeat::InAll));
        drop(first);
        assert!(seats.take(of(1)).is_ok());
        drop(second);
        assert!(seats.taken.lock().unwrap().is_empty());
    }
}
