use std::time::Duration;

/// What sockets and event streams may take.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct SocketTerms {
    /// How long a socket may take to say who asks.
    pub greeting: Duration,
    /// How often a sign of life is sent; whoever gives none back for twice as long is taken for gone.
    pub keep_alive: Duration,
    /// How long a client may take to read what is told to it.
    pub patience: Duration,
    /// How many operations go on over one socket, at a time.
    pub operations: usize,
    /// How many sockets and event streams one network has, at a time.
    pub of_network: usize,
    /// How many there are in all, at a time.
    pub in_all: usize,
}

impl Default for SocketTerms {
    fn default() -> Self {
        Self {
            greeting: Duration::from_secs(3),
            keep_alive: Duration::from_secs(15),
            patience: Duration::from_secs(10),
            operations: 100,
            of_network: 200,
            in_all: 4000,
        }
    }
}
