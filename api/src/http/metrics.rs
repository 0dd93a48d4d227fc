//! Figures for Prometheus, at an address of their own. Every label is of a closed list: nothing that
//! a client writes is one.

use std::{io, sync::Arc, time::Duration};

use ::metrics::{counter, gauge, histogram};
use axum::{
    Router,
    extract::State,
    http::header,
    response::{IntoResponse, Response},
    routing::get,
};
use metrics_exporter_prometheus::{BuildError, Matcher, PrometheusBuilder, PrometheusHandle};
use tokio::{
    net::TcpListener,
    time::{self, timeout},
};

use super::{App, Problem, uploads};
use crate::{
    database::Database,
    service::{audit::seal, import_job, webhook},
};

/// The upper ends of buckets for durations, in seconds.
const SECONDS: [f64; 14] =
    [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0, 30.0];
/// The upper ends of buckets for numbers of statements.
const STATEMENTS: [f64; 10] = [0.0, 2.0, 5.0, 10.0, 15.0, 20.0, 30.0, 50.0, 100.0, 200.0];
/// How long the database may take to tell what waits.
const PATIENCE: Duration = Duration::from_secs(1);
/// How often what was recorded is put into its buckets, where nobody asks.
const UPKEEP: Duration = Duration::from_secs(5);

/// What is counted of one answer.
pub(super) struct Answered<'a> {
    /// Which route, as the router writes it.
    pub route: &'a str,
    /// `query`, `mutation`, `subscription` or `none`.
    pub kind: &'static str,
    /// The status.
    pub status: u16,
    /// Why it is no result.
    pub code: Option<&'static str>,
    /// There are data, and errors too.
    pub has_errors: bool,
    /// From its first byte to the answer.
    pub took: Duration,
    /// How many statements the database was asked.
    pub statements: u64,
}

/// Counts an answer.
pub(super) fn answered(answered: &Answered<'_>) {
    let Answered { route, kind, status, code, has_errors, took, statements } = *answered;
    let route = route.to_owned();
    let outcome = match (code, has_errors, status) {
        (_, _, 500..) => "failed",
        (Some(_), ..) | (_, _, 400..) => "refused",
        (None, true, _) => "errors",
        (None, false, _) => "ok",
    };
    counter!("tributary_requests_total",
        "route" => route.clone(), "kind" => kind, "outcome" => outcome)
    .increment(1);
    histogram!("tributary_request_seconds", "route" => route, "kind" => kind).record(took);
    if kind != "none" {
        let statements = u32::try_from(statements).unwrap_or(u32::MAX);
        histogram!("tributary_request_statements", "kind" => kind).record(statements);
    }
    if let Some(code) = code {
        counter!("tributary_refusals_total", "code" => code).increment(1);
    }
}

/// A request that was let pass although it exceeds a limit.
pub(super) fn warned(code: &'static str) {
    counter!("tributary_limit_warnings_total", "code" => code).increment(1);
}

/// One request more is under way until this is dropped.
pub(super) fn under_way() -> impl Drop {
    struct UnderWay;

    impl Drop for UnderWay {
        fn drop(&mut self) {
            gauge!("tributary_requests_under_way").decrement(1.0);
        }
    }

    gauge!("tributary_requests_under_way").increment(1.0);
    UnderWay
}

/// Begins to record, for the whole process.
///
/// # Errors
/// When somebody records already.
pub fn record() -> Result<PrometheusHandle, BuildError> {
    let statements = Matcher::Full("tributary_request_statements".to_owned());
    let handle = PrometheusBuilder::new()
        .set_buckets_for_metric(Matcher::Suffix("_seconds".to_owned()), &SECONDS)?
        .set_buckets_for_metric(statements, &STATEMENTS)?
        .install_recorder()?;
    describe();
    gauge!("tributary_build_info", "version" => env!("CARGO_PKG_VERSION")).set(1.0);
    gauge!("tributary_requests_under_way").set(0.0);
    Ok(handle)
}

fn describe() {
    use ::metrics::{describe_counter, describe_gauge, describe_histogram};

    describe_gauge!("tributary_build_info", "1, with the version of the program");
    describe_counter!("tributary_requests_total", "Answers, by route, kind of operation, outcome");
    describe_histogram!("tributary_request_seconds", "From the first byte to the answer");
    describe_histogram!("tributary_request_statements", "Statements of the database a request");
    describe_histogram!("tributary_statement_seconds", "Statements of the database");
    describe_counter!("tributary_refusals_total", "Requests refused, by code: limits among them");
    describe_counter!("tributary_limit_warnings_total", "Limits passed where they only warn");
    describe_gauge!("tributary_requests_under_way", "Requests that are not answered yet");
    describe_gauge!("tributary_sockets", "Sockets and event streams that are open");
    describe_counter!("tributary_sockets_closed_total", "Sockets closed by the server, by code");
    describe_gauge!("tributary_subscriptions", "Subscriptions that go on, by field");
    describe_counter!("tributary_subscription_events_total", "Events told, by field");
    describe_histogram!("tributary_subscription_lag_seconds", "From a change to its being told");
    describe_counter!("tributary_subscriptions_dropped_total", "Subscriptions ended, by why");
    describe_gauge!("tributary_connections", "Connections to the database, by pool and state");
    describe_gauge!("tributary_jobs_running", "Background work that runs now, by job");
    describe_counter!("tributary_webhook_messages_total", "Messages to webhooks, by outcome");
    describe_gauge!("tributary_webhook_oldest_untold_seconds", "How long a webhook is behind");
    describe_gauge!("tributary_audit_unsealed", "Acts of audit that wait for their seal");
    describe_gauge!("tributary_audit_unsealed_age_seconds", "How long the oldest of them waits");
}

/// What is told, and of whom it is asked.
struct Told {
    handle: PrometheusHandle,
    app: Arc<App>,
    jobs: Database,
}

/// Serves `/metrics`, and nothing else, for as long as the process lives.
///
/// # Errors
/// When the listener fails.
pub async fn serve(
    listener: TcpListener,
    handle: PrometheusHandle,
    (app, jobs): (Arc<App>, Database),
) -> io::Result<()> {
    let upkeep = handle.clone();
    tokio::spawn(async move {
        let mut ticks = time::interval(UPKEEP);
        loop {
            ticks.tick().await;
            upkeep.run_upkeep();
        }
    });
    let router = Router::new()
        .route("/metrics", get(figures))
        .fallback(async || Problem::NOT_FOUND)
        .with_state(Arc::new(Told { handle, app, jobs }));
    axum::serve(listener, router).await
}

async fn figures(State(told): State<Arc<Told>>) -> Response {
    for pool in told.app.database.pools() {
        for (state, count) in [("in_use", pool.in_use), ("idle", pool.idle)] {
            gauge!("tributary_connections", "pool" => pool.name, "state" => state).set(count);
        }
    }
    let receiving = uploads::AT_A_TIME.saturating_sub(told.app.uploads.available_permits());
    let receiving = u32::try_from(receiving).unwrap_or(u32::MAX);
    gauge!("tributary_jobs_running", "job" => "upload").set(receiving);
    gauge!("tributary_jobs_running", "job" => "import").set(import_job::running());
    // Where the database does not answer, what it would tell stays as it was: other figures say so.
    if let Ok(Ok(waiting)) = timeout(PATIENCE, seal::waiting_for_seals(&told.jobs)).await {
        let count = u32::try_from(waiting.acts).unwrap_or(u32::MAX);
        gauge!("tributary_audit_unsealed").set(count);
        gauge!("tributary_audit_unsealed_age_seconds").set(waiting.oldest.as_secs_f64());
    }
    if let Ok(Ok(oldest)) = timeout(PATIENCE, webhook::oldest_untold(&told.jobs)).await {
        gauge!("tributary_webhook_oldest_untold_seconds").set(oldest.as_secs_f64());
    }
    let text = told.handle.render();
    ([(header::CONTENT_TYPE, "text/plain; version=0.0.4; charset=utf-8")], text).into_response()
}
