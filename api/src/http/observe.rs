use std::sync::Arc;

use axum::{
    extract::{MatchedPath, Request, State},
    http::{HeaderName, HeaderValue, header},
    middleware::Next,
    response::Response,
};
use tokio::time::Instant;
use tracing::{Instrument, Span, field};
use uuid::Uuid;

use super::{
    App, LIVE, READY,
    metrics::{self, Answered},
    names, traced,
};
use crate::database::counted;

/// Names the request in what is logged about it, and in the acts that it leaves in the trail of audit.
#[derive(Clone, Copy)]
pub(super) struct RequestId(pub Uuid);

/// What kind of operation an answer is to: beside the answer, for whoever observes.
#[derive(Clone, Copy)]
pub(super) struct Kind(pub &'static str);

/// Why an answer is no result: beside the answer, for whoever observes. Of a closed list.
#[derive(Clone, Copy)]
pub(super) struct Refused(pub &'static str);

/// Beside an answer that has data and errors.
#[derive(Clone, Copy)]
pub(super) struct WithErrors;

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

/// What is said of a request in the log, beside how it went.
pub(super) struct Named<'a> {
    /// Its id.
    pub id: Uuid,
    /// The trace that it is a part of.
    pub trace: Option<&'a str>,
    /// How it came: a method of HTTP, or what else carries requests.
    pub method: &'a str,
    /// Which route, as the router writes it, or what else carries requests.
    pub route: &'a str,
}

/// Gives every request an id, logs and counts how it went, and makes every answer careful. Neither
/// tokens, addresses, documents, variables nor query strings are logged: of the path only which
/// route it is.
pub(super) async fn observe(
    State(app): State<Arc<App>>,
    mut request: Request,
    next: Next,
) -> Response {
    let id = names::id(request.headers()).unwrap_or_else(|| app.database.clock().new_id());
    request.extensions_mut().insert(RequestId(id));
    let route = request.extensions().get::<MatchedPath>().cloned();
    let route = route.as_ref().map_or("none", MatchedPath::as_str);
    let trace = names::trace(request.headers()).map(str::to_owned);
    let known = method(request.method()).to_owned();
    let named = Named { id, trace: trace.as_deref(), method: &known, route };
    let span = named.span();
    traced::join(&span, request.headers());
    let mut response = observed((span, route), next.run(request)).await;
    let headers = response.headers_mut();
    if let Ok(id) = HeaderValue::try_from(id.to_string()) {
        headers.insert(names::REQUEST_ID, id);
    }
    headers.insert(header::X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff"));
    for (name, value) in DEFAULTS {
        headers.entry(name).or_insert(value);
    }
    response
}

impl Named<'_> {
    /// Where everything is logged and traced that is done for it.
    pub fn span(&self) -> Span {
        let Named { id, trace, method, route } = *self;
        let span = tracing::info_span!(
            "request",
            %id,
            trace,
            method,
            route,
            kind = field::Empty,
            status = field::Empty,
            code = field::Empty,
        );
        traced::begin(&span, (method, route));
        span
    }
}

/// Logs and counts how a request went, whatever carried it.
pub(super) async fn observed(
    (span, route): (Span, &str),
    answering: impl Future<Output = Response>,
) -> Response {
    let under_way = metrics::under_way();
    let began = Instant::now();
    let (response, statements) = counted(answering.instrument(span.clone())).await;
    drop(under_way);
    let answered = Answered {
        route,
        kind: response.extensions().get().map_or("none", |Kind(kind)| kind),
        status: response.status().as_u16(),
        code: response.extensions().get().map(|Refused(code)| *code),
        has_errors: response.extensions().get::<WithErrors>().is_some(),
        took: began.elapsed(),
        statements,
    };
    metrics::answered(&answered);
    log(&span, &answered);
    traced::end(&span, &answered);
    response
}

fn log(span: &Span, answered: &Answered) {
    let Answered { route, kind, status, code, statements, took, .. } = *answered;
    let took_ms = u64::try_from(took.as_millis()).unwrap_or(u64::MAX);
    span.record("kind", kind).record("status", status);
    if let Some(code) = code {
        span.record("code", code);
    }
    span.in_scope(|| match (status, route) {
        (500.., _) => tracing::warn!(took_ms, statements, "answered"),
        (_, LIVE | READY) => tracing::debug!(took_ms, statements, "answered"),
        _ => tracing::info!(took_ms, statements, "answered"),
    });
}

/// A client may invent methods, and write anything there.
fn method(method: &axum::http::Method) -> &str {
    match method.as_str() {
        known @ ("GET" | "HEAD" | "POST" | "OPTIONS" | "PUT" | "DELETE" | "PATCH") => known,
        _ => "other",
    }
}
