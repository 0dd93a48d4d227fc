//! Files on their way to an import: the body is the file. It is read no further than the limit.

use std::sync::Arc;

use axum::{
    Extension, Json,
    body::{Body, to_bytes},
    extract::State,
    http::{HeaderMap, StatusCode, header},
    response::{IntoResponse, Response},
};
use serde_json::json;

use super::{
    App, authorization,
    media::Media,
    observe::RequestId,
    problem::{self, Problem},
};
use crate::{
    auth::Viewer,
    graphql::node::Kind,
    service::{Stopped, upload},
};

/// How many files are received at a time: each takes memory of its own size.
pub(super) const AT_A_TIME: usize = 4;
/// The forms of files.
const FORMS: [&str; 2] = ["text/csv", "application/octet-stream"];

/// Keeps a file of the organisation acted as, and answers its identity.
pub(super) async fn post(
    State(app): State<Arc<App>>,
    Extension(id): Extension<RequestId>,
    headers: HeaderMap,
    body: Body,
) -> Response {
    let viewer = match authorization::viewer(&app, &headers, Media::Json, id).await {
        Ok(Some(viewer)) => viewer,
        Ok(None) => return problem::unauthenticated(Media::Json, "sign in to send files"),
        Err(refused) => return *refused,
    };
    if let Some(problem) = refused(&app, &viewer, &headers) {
        return problem;
    }
    let Ok(_turn) = app.uploads.acquire().await else { return Problem::FAULT.into_response() };
    // What is longer than it says, or does not say, is broken off at the limit.
    let Ok(content) = to_bytes(body, app.largest_upload_bytes).await else {
        return problem::too_large(app.largest_upload_bytes);
    };
    let database = app.database.acting_for(&viewer);
    match upload::keep(&database, &viewer, content.into()).await {
        Ok(id) => (StatusCode::CREATED, Json(json!({ "id": Kind::Upload.id(id) }))).into_response(),
        Err(Stopped::Refused(refusal)) => problem::not_allowed(&refusal.message),
        Err(Stopped::Fault(fault)) => {
            tracing::error!(%fault, "a file could not be kept");
            Problem::FAULT.into_response()
        }
    }
}

/// Why the file is not wanted, before any of it is read.
fn refused(app: &App, viewer: &Viewer, headers: &HeaderMap) -> Option<Response> {
    if viewer.preview.is_some() {
        return Some(Problem::ONLY_READ.into_response());
    }
    if let Err(refusal) = upload::may_upload(viewer) {
        return Some(problem::not_allowed(&refusal.message));
    }
    let said = |name| headers.get(name).and_then(|value| value.to_str().ok());
    let form = said(header::CONTENT_TYPE).unwrap_or_default().to_ascii_lowercase();
    if !FORMS.contains(&form.split(';').next().unwrap_or_default().trim()) {
        return Some(Problem::NO_FILE.into_response());
    }
    let length = said(header::CONTENT_LENGTH).and_then(|length| length.parse::<u64>().ok());
    let limit = u64::try_from(app.largest_upload_bytes).unwrap_or(u64::MAX);
    let is_too_large = length.is_some_and(|length| length > limit);
    is_too_large.then(|| problem::too_large(app.largest_upload_bytes))
}
