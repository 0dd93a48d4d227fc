use std::time::Duration;

use clap::{Args, value_parser};

use crate::http::SocketTerms;

/// What sockets and event streams may take.
#[derive(Args)]
#[command(next_help_heading = "Sockets and event streams")]
pub struct SocketSettings {
    /// How long a socket may take to send connection_init, in seconds.
    #[arg(long, env = "TRIBUTARY_SOCKET_GREETING_SECONDS", value_name = "NUMBER",
          default_value_t = 3, value_parser = value_parser!(u64).range(1..=60))]
    socket_greeting_seconds: u64,
    /// How often a sign of life is sent over sockets and event streams, in seconds. A socket over
    /// which nothing comes back for twice as long is closed.
    #[arg(long, env = "TRIBUTARY_SOCKET_KEEP_ALIVE_SECONDS", value_name = "NUMBER",
          default_value_t = 15, value_parser = value_parser!(u64).range(1..=600))]
    socket_keep_alive_seconds: u64,
    /// How long a client may take to read what is told to it, in seconds. It is dropped then.
    #[arg(long, env = "TRIBUTARY_SOCKET_PATIENCE_SECONDS", value_name = "NUMBER",
          default_value_t = 10, value_parser = value_parser!(u64).range(1..=600))]
    socket_patience_seconds: u64,
    /// How many operations go on over one socket, at a time.
    #[arg(long, env = "TRIBUTARY_SOCKET_OPERATIONS", value_name = "NUMBER",
          default_value_t = 100, value_parser = value_parser!(u32).range(1..=10_000))]
    socket_operations: u32,
    /// How many sockets and event streams one network has open, at a time.
    #[arg(long, env = "TRIBUTARY_SOCKETS_OF_NETWORK", value_name = "NUMBER",
          default_value_t = 200, value_parser = value_parser!(u32).range(1..=100_000))]
    sockets_of_network: u32,
    /// How many sockets and event streams are open in all, at a time.
    #[arg(long, env = "TRIBUTARY_SOCKETS", value_name = "NUMBER",
          default_value_t = 4000, value_parser = value_parser!(u32).range(1..=100_000))]
    sockets: u32,
}

impl SocketSettings {
    /// As the server has them.
    pub fn terms(&self) -> SocketTerms {
        let number = |number: u32| usize::try_from(number).unwrap_or(usize::MAX);
        SocketTerms {
            greeting: Duration::from_secs(self.socket_greeting_seconds),
            keep_alive: Duration::from_secs(self.socket_keep_alive_seconds),
            patience: Duration::from_secs(self.socket_patience_seconds),
            operations: number(self.socket_operations),
            of_network: number(self.sockets_of_network),
            in_all: number(self.sockets),
        }
    }
}
