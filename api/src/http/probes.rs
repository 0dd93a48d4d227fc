//! What machines ask.

use std::sync::Arc;

use axum::{
    Json,
    extract::State,
    http::{StatusCode, header},
    response::{IntoResponse, Response},
};
use serde_json::json;

use super::{App, problem::Problem};
use crate::service::installation;

/// The program runs.
pub(super) async fn live() -> Response {
    Json(json!({ "status": "live" })).into_response()
}

/// The program can answer: its database does.
pub(super) async fn ready(State(app): State<Arc<App>>) -> Response {
    if installation::answers(&app.database).await {
        return Json(json!({ "status": "ready" })).into_response();
    }
    let waiting = Json(json!({ "status": "waiting for the database" }));
    (StatusCode::SERVICE_UNAVAILABLE, waiting).into_response()
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
