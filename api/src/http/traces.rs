//! The trace of which a request is a part, as the W3C's header `traceparent` names it.

use axum::http::HeaderMap;
use tracing::Span;

/// Makes `span` a part of the caller's trace, where the program was built with the feature `traces`.
#[cfg(feature = "traces")]
pub(super) fn continue_from(span: &Span, headers: &HeaderMap) {
    use opentelemetry::propagation::{Extractor, TextMapPropagator};
    use opentelemetry_sdk::propagation::TraceContextPropagator;
    use tracing_opentelemetry::OpenTelemetrySpanExt;

    struct Headers<'a>(&'a HeaderMap);

    impl Extractor for Headers<'_> {
        fn get(&self, name: &str) -> Option<&str> {
            self.0.get(name)?.to_str().ok()
        }

        fn keys(&self) -> Vec<&str> {
            self.0.keys().map(axum::http::HeaderName::as_str).collect()
        }
    }

    let parent = TraceContextPropagator::new().extract(&Headers(headers));
    // Without anybody who collects traces there is nothing to be a part of.
    let _ = span.set_parent(parent);
}

#[cfg(not(feature = "traces"))]
pub(super) fn continue_from(_: &Span, _: &HeaderMap) {}
