//! What machines ask.

use std::{sync::Arc, time::Duration};

use axum::{
    Json,
    extract::State,
    http::{StatusCode, header},
    response::{IntoResponse, Response},
};
use serde_json::json;
use tokio::time::timeout;

use super::{App, problem::Problem};
use crate::service::installation::{self, NotReady};

/// How long the database may take before it counts as one that does not answer.
const PATIENCE: Duration = Duration::from_secs(2);

/// The program runs.
pub(super) async fn live() -> Response {
    Json(json!({ "status": "live" })).into_response()
}

/// The program can answer: its database does, has the shape that it knows, and nobody told it to
/// stop. Its sentences name neither addresses nor what the database said: anybody may ask.
pub(super) async fn ready(State(app): State<Arc<App>>) -> Response {
    let waiting = |why: &str| {
        let status = Json(json!({ "status": why }));
        (StatusCode::SERVICE_UNAVAILABLE, status).into_response()
    };
    if app.is_stopping() {
        return waiting("shutting down");
    }
    match timeout(PATIENCE, installation::can_be_served(&app.database)).await {
        Ok(Ok(())) => Json(json!({ "status": "ready" })).into_response(),
        Ok(Err(NotReady::Fault(fault))) => {
            tracing::debug!(%fault, "not ready: the database failed");
            waiting("waiting for the database")
        }
        Err(_) => waiting("waiting for the database"),
        Ok(Err(_)) => waiting("waiting for the database to be migrated"),
    }
}

/// The public keys, for those who verify access tokens themselves.
pub(super) async fn keys(State(app): State<Arc<App>>) -> Response {
    match app.keys.published().await {
        Ok(keys) => ([(header::CACHE_CONTROL, "public, max-age=60")], Json(keys)).into_response(),
        Err(fault) => {
            tracing::error!(%fault, "the keys could not be read");
            Problem::FAULT.into_response()
        }
    }
}
