use std::{net::SocketAddr, time::Duration};

use clap::{Args, value_parser};

/// How long things may take, how much at a time, and who is told how it goes.
#[derive(Args)]
#[command(next_help_heading = "Operation")]
pub struct OperationSettings {
    /// How long a request may be worked at, in seconds.
    #[arg(long, env = "TRIBUTARY_REQUEST_SECONDS", value_name = "NUMBER", default_value_t = 10,
          value_parser = value_parser!(u64).range(1..=600))]
    request_seconds: u64,
    /// How long a statement of the database may take, in seconds.
    #[arg(long, env = "TRIBUTARY_STATEMENT_SECONDS", value_name = "NUMBER", default_value_t = 10,
          value_parser = value_parser!(u64).range(1..=600))]
    statement_seconds: u64,
    /// How many requests are worked at, at a time. Others are told to come again.
    #[arg(long, env = "TRIBUTARY_MOST_REQUESTS", value_name = "NUMBER", default_value_t = 256,
          value_parser = value_parser!(u32).range(1..=100_000))]
    most_requests: u32,
    /// How long the server goes on as before when it is told to stop, and only says that it is not
    /// ready, in seconds. Being told once more ends it.
    #[arg(long, env = "TRIBUTARY_DRAIN_SECONDS", value_name = "NUMBER", default_value_t = 0,
          value_parser = value_parser!(u64).range(..=600))]
    drain_seconds: u64,
    /// How long requests that are under way may take after that, in seconds.
    #[arg(long, env = "TRIBUTARY_FINISH_SECONDS", value_name = "NUMBER", default_value_t = 15,
          value_parser = value_parser!(u64).range(1..=600))]
    finish_seconds: u64,
    /// How many days changes are kept for whoever reads the feed of changes.
    #[arg(long, env = "TRIBUTARY_CHANGE_DAYS", value_name = "NUMBER", default_value_t = 400,
          value_parser = value_parser!(u32).range(1..=36_500))]
    change_days: u32,
    /// How long the files of exports are kept, in hours.
    #[arg(long, env = "TRIBUTARY_EXPORT_HOURS", value_name = "NUMBER", default_value_t = 24,
          value_parser = value_parser!(u64).range(1..=168))]
    export_hours: u64,
    /// Where figures for Prometheus are told. Nowhere when left out.
    #[arg(long, env = "TRIBUTARY_METRICS_LISTEN", value_name = "ADDRESS:PORT")]
    metrics_listen: Option<SocketAddr>,
}

impl OperationSettings {
    /// How many days changes are kept.
    pub fn change_days(&self) -> u32 {
        self.change_days
    }

    /// How long a request may be worked at.
    pub fn request(&self) -> Duration {
        Duration::from_secs(self.request_seconds)
    }

    /// How long a statement of the database may take.
    pub fn statement(&self) -> Duration {
        Duration::from_secs(self.statement_seconds)
    }

    /// How many requests are worked at, at a time.
    pub fn most_requests(&self) -> usize {
        usize::try_from(self.most_requests).unwrap_or(usize::MAX)
    }

    /// How long it goes on as before when it is told to stop.
    pub fn drain(&self) -> Duration {
        Duration::from_secs(self.drain_seconds)
    }

    /// How long requests that are under way may take to end.
    pub fn finish(&self) -> Duration {
        Duration::from_secs(self.finish_seconds)
    }

    /// How long the files of exports are kept.
    pub fn exports_kept(&self) -> Duration {
        Duration::from_secs(self.export_hours * 3_600)
    }

    /// Where figures are told, if anywhere.
    pub fn metrics_listen(&self) -> Option<SocketAddr> {
        self.metrics_listen
    }
}
