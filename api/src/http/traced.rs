//! What a request's span says in a trace, by the names that OpenTelemetry gives them.

use axum::http::HeaderMap;
use opentelemetry::{propagation::TextMapPropagator, trace::Status};
use opentelemetry_http::HeaderExtractor;
use opentelemetry_sdk::propagation::TraceContextPropagator;
use tracing::Span;
use tracing_opentelemetry::OpenTelemetrySpanExt;

use super::{metrics::Answered, names};

/// Makes the span a part of the trace that the caller names, where it names one.
pub(super) fn join(span: &Span, headers: &HeaderMap) {
    if names::trace(headers).is_some() {
        let parent = TraceContextPropagator::new().extract(&HeaderExtractor(headers));
        // Without a collector there is no trace to be a part of.
        let _ = span.set_parent(parent);
    }
}

/// Says what it is that is answered.
pub(super) fn begin(span: &Span, (method, route): (&str, &str)) {
    span.set_attribute("http.request.method", method.to_owned());
    span.set_attribute("http.route", route.to_owned());
}

/// Says how it was answered.
pub(super) fn end(span: &Span, answered: &Answered) {
    span.set_attribute("http.response.status_code", i64::from(answered.status));
    span.set_attribute("tributary.operation", answered.kind);
    span.set_attribute("tributary.statements", i64::try_from(answered.statements).unwrap_or(0));
    if let Some(code) = answered.code {
        span.set_attribute("error.type", code);
    }
    if answered.status >= 500 {
        span.set_status(Status::error(answered.code.unwrap_or_default()));
    }
}
