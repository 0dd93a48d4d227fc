//! Traces: how each request went and what it waited for, sent to a collector where the operator names
//! one. What a span says is what the log says: no document, variable, token or address.

use std::{sync::Arc, time::Duration};

use anyhow::Context;
use async_trait::async_trait;
use clap::Args;
use opentelemetry::{KeyValue, trace::TracerProvider};
use opentelemetry_http::{Bytes, HttpClient, HttpError, Request, Response};
use opentelemetry_otlp::{Protocol, SpanExporter, WithExportConfig, WithHttpConfig};
use opentelemetry_sdk::{
    Resource,
    trace::{Sampler, SdkTracerProvider},
};
use reqwest::Url;
use tokio::{runtime::Handle, task};
use tracing::{Metadata, Subscriber};
use tracing_subscriber::{Layer, filter::filter_fn, registry::LookupSpan};

use crate::http::STEP;

/// How long a collector may take to take spans.
const PATIENCE: Duration = Duration::from_secs(5);

/// Where traces go.
#[derive(Args, Clone)]
pub struct TraceSettings {
    /// The collector to which traces are sent as OTLP over HTTP, such as http://127.0.0.1:4318. When
    /// left out, none are made.
    #[arg(long, global = true, env = "TRIBUTARY_TRACES_TO", value_name = "ADDRESS")]
    traces_to: Option<Url>,
    /// Of how many requests in a hundred traces are made.
    #[arg(long, global = true, env = "TRIBUTARY_TRACES_PERCENT", value_name = "NUMBER",
          default_value_t = 100, value_parser = clap::value_parser!(u8).range(0..=100))]
    traces_percent: u8,
}

/// The traces that are being made; none where no collector is named.
#[derive(Clone, Default)]
pub struct Traces(Option<Arc<SdkTracerProvider>>);

impl TraceSettings {
    /// Prepares to send traces. Nothing is sent before the first request.
    #[expect(clippy::float_arithmetic, reason = "a share of traces is no sum of money")]
    pub fn begin(&self) -> anyhow::Result<Traces> {
        let Some(collector) = &self.traces_to else { return Ok(Traces::default()) };
        let endpoint = format!("{}/v1/traces", collector.as_str().trim_end_matches('/'));
        let client = reqwest::Client::builder().timeout(PATIENCE).build();
        let client = client.context("traces cannot be sent")?;
        let exporter = SpanExporter::builder()
            .with_http()
            .with_http_client(Sender { client, runtime: Handle::current() })
            .with_protocol(Protocol::HttpBinary)
            .with_endpoint(endpoint)
            .with_timeout(PATIENCE)
            .build()
            .context("the collector's address cannot be used")?;
        let version = KeyValue::new("service.version", env!("CARGO_PKG_VERSION"));
        let resource = Resource::builder().with_service_name("tributary").with_attribute(version);
        let provider = SdkTracerProvider::builder()
            .with_batch_exporter(exporter)
            // By the trace's own number, so that several servers choose the same; a caller's wish to
            // be traced is not followed, since it would decide how much is sent.
            .with_sampler(Sampler::TraceIdRatioBased(f64::from(self.traces_percent) / 100.0))
            .with_resource(resource.build())
            .build();
        Ok(Traces(Some(Arc::new(provider))))
    }
}

impl Traces {
    /// What makes spans of this program's; none where no collector is named.
    pub fn layer<S>(&self) -> Option<impl Layer<S> + use<S>>
    where
        S: Subscriber + for<'span> LookupSpan<'span>,
    {
        let tracer = self.0.as_ref()?.tracer("tributary");
        let layer = tracing_opentelemetry::layer()
            .with_tracer(tracer)
            .with_location(false)
            .with_threads(false)
            .with_tracked_inactivity(false);
        Some(layer.with_filter(filter_fn(is_traced)))
    }

    /// Sends what was not sent yet.
    pub async fn end(self) {
        let Some(provider) = self.0 else { return };
        let ended = task::spawn_blocking(move || provider.shutdown_with_timeout(PATIENCE)).await;
        if !matches!(ended, Ok(Ok(()))) {
            tracing::warn!("the last traces were not sent");
        }
    }
}

/// Spans of requests and the steps within them. Lines of the log stay in the log: what they say of a
/// fault of the database is not for a collector.
fn is_traced(about: &Metadata<'_>) -> bool {
    about.target() == STEP || (about.is_span() && about.target().starts_with("tributary"))
}

/// Sends on this program's runtime: spans are gathered by a thread that has none.
#[derive(Debug)]
struct Sender {
    client: reqwest::Client,
    runtime: Handle,
}

#[async_trait]
impl HttpClient for Sender {
    async fn send_bytes(&self, request: Request<Bytes>) -> Result<Response<Bytes>, HttpError> {
        let request = reqwest::Request::try_from(request)?;
        let client = self.client.clone();
        let sent = self.runtime.spawn(async move {
            let answer = client.execute(request).await?;
            let status = answer.status();
            Ok::<_, reqwest::Error>((status, answer.bytes().await?))
        });
        let (status, body) = sent.await??;
        let mut response = Response::new(body);
        *response.status_mut() = status;
        Ok(response)
    }
}
