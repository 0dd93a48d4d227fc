use std::sync::Arc;

use axum::{
    extract::{Request, State},
    http::{HeaderName, HeaderValue, header},
    middleware::Next,
    response::Response,
};
use tokio::time::Instant;
use tracing::Instrument;
use uuid::Uuid;

use super::App;

/// Names the request in what is logged about it, and in the acts that it leaves in the trail of audit.
#[derive(Clone, Copy)]
pub(super) struct RequestId(pub Uuid);

/// Where the caller is told it.
pub(super) const REQUEST_ID: HeaderName = HeaderName::from_static("x-request-id");

/// What is said of every answer unless it says otherwise: it is not kept, not sniffed, not framed,
/// loads nothing, and its address is told to nobody.
const DEFAULTS: [(HeaderName, HeaderValue); 3] = [
    (header::CACHE_CONTROL, HeaderValue::from_static("no-store")),
    (header::REFERRER_POLICY, HeaderValue::from_static("no-referrer")),
    (
        header::CONTENT_SECURITY_POLICY,
        HeaderValue::from_static("default-src 'none'; frame-ancestors 'none'"),
    ),
];

/// Gives every request an id, logs how it went, and makes every answer careful. Neither tokens,
/// documents nor query strings are logged.
pub(super) async fn observe(
    State(app): State<Arc<App>>,
    mut request: Request,
    next: Next,
) -> Response {
    let id = app.database.clock().new_id();
    request.extensions_mut().insert(RequestId(id));
    let span = tracing::info_span!(
        "request", %id, method = %request.method(), path = request.uri().path()
    );
    let began = Instant::now();
    let mut response = next.run(request).instrument(span.clone()).await;
    span.in_scope(|| {
        let took_ms = u64::try_from(began.elapsed().as_millis()).unwrap_or(u64::MAX);
        tracing::debug!(status = response.status().as_u16(), took_ms, "answered");
    });
    let headers = response.headers_mut();
    if let Ok(id) = HeaderValue::try_from(id.to_string()) {
        headers.insert(REQUEST_ID, id);
    }
    headers.insert(header::X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff"));
    for (name, value) in DEFAULTS {
        headers.entry(name).or_insert(value);
    }
    response
}
