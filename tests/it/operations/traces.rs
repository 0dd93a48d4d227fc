//! Traces: a collector is told how requests went, and nothing of what was in them.

use std::{collections::BTreeMap, sync::Arc};

use axum::{Router, body::Bytes, extract::State, routing::post};
use opentelemetry_proto::tonic::{
    collector::trace::v1::ExportTraceServiceRequest,
    common::v1::any_value::Value::{IntValue, StringValue},
    trace::v1::Span,
};
use prost::Message;
use serde_json::json;
use tests::{Actor, program::Folder};
use tokio::sync::Mutex;

use super::client;

const TRACE: &str = "4bf92f3577b34da6a3ce929d0e0e4736";
const PARENT: &str = "00f067aa0ba902b7";

/// What a collector was sent.
type Sent = Arc<Mutex<Vec<Bytes>>>;

async fn take(State(sent): State<Sent>, body: Bytes) {
    sent.lock().await.push(body);
}

/// A collector, and what it is sent.
async fn collector() -> (String, Sent) {
    let sent = Sent::default();
    let router = Router::new().route("/v1/traces", post(take)).with_state(Arc::clone(&sent));
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.expect("a free port");
    let address = format!("http://{}", listener.local_addr().expect("an address"));
    tokio::spawn(async move { axum::serve(listener, router).await });
    (address, sent)
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

/// What a span says, by name.
fn said(span: &Span) -> BTreeMap<&str, String> {
    let value = |value: &_| match value {
        Some(StringValue(text)) => text.clone(),
        Some(IntValue(number)) => number.to_string(),
        other => format!("{other:?}"),
    };
    let attributes = span.attributes.iter();
    attributes
        .map(|said| {
            (said.key.as_str(), value(&said.value.as_ref().and_then(|it| it.value.clone())))
        })
        .collect()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_collector_is_told_of_a_request_and_its_steps_and_of_nothing_that_was_sent() {
    let (address, sent) = collector().await;
    let folder = Folder::new();
    let _ = folder.run(&["migrate"]).done();
    let mut serving =
        folder.serve_with(&["--log-format", "json"], &[("TRIBUTARY_TRACES_TO", &address)]);
    let document =
        "query markOperation($of: String) { markAlias: organisations(first: 1, search: $of) {
        nodes { name } } }";
    let asked = client()
        .post(format!("{}/graphql", serving.address))
        .header("traceparent", format!("00-{TRACE}-{PARENT}-01"))
        .header("authorization", "Bearer mark-token")
        .json(&json!({ "query": document, "variables": { "of": "mark-variable" } }));
    let refused = asked.try_clone().expect("it is sent twice").send().await.expect("an answer");
    assert_eq!(refused.status().as_u16(), 401, "the token is none");
    let nobody = Actor::nobody_at(&serving.address);
    let _ = nobody.ask("{ __typename }").await.ok();
    serving.terminate();
    let ended = tokio::task::spawn_blocking(move || (serving.ended(), serving.log())).await;
    let (ended, log) = ended.expect("its end");
    assert!(ended.success(), "{ended}");
    assert!(
        log.contains(&format!("\"trace\":\"{TRACE}\"")),
        "the log has the request's span: {log}"
    );

    let sent = sent.lock().await;
    let requests: Vec<ExportTraceServiceRequest> =
        sent.iter().map(|body| Message::decode(body.clone()).expect("OTLP")).collect();
    let scopes = requests.iter().flat_map(|request| &request.resource_spans);
    let spans: Vec<&Span> =
        scopes.flat_map(|of| &of.scope_spans).flat_map(|of| &of.spans).collect();
    let traced = |name: &str| {
        let of = spans.iter().find(|span| span.name == name && hex(&span.trace_id) == TRACE);
        *of.unwrap_or_else(|| panic!("no {name} in {spans:#?}"))
    };
    let request = traced("request");
    assert_eq!(hex(&request.parent_span_id), PARENT, "it is a part of the caller's trace");
    let told = said(request);
    assert_eq!(told["http.request.method"], "POST");
    assert_eq!(told["http.route"], "/graphql");
    assert_eq!(told["error.type"], "UNAUTHENTICATED");
    for step in ["gate", "authorisation"] {
        assert_eq!(traced(step).parent_span_id, request.span_id, "{step} is within the request");
    }
    let other = spans.iter().find(|span| span.name == "execution").expect("one was executed");
    assert_ne!(hex(&other.trace_id), TRACE, "whoever names no trace has one of its own");
    let all = sent.concat();
    for mark in ["markOperation", "markAlias", "mark-variable", "mark-token", "organisations("] {
        let found = all.windows(mark.len()).any(|window| window == mark.as_bytes());
        assert!(!found, "{mark} was sent to the collector");
    }
}

#[tokio::test]
async fn where_no_collector_answers_requests_are_answered_all_the_same() {
    let folder = Folder::new();
    let nowhere = [("TRIBUTARY_TRACES_TO", "http://127.0.0.1:9")];
    let mut serving = folder.serve_with(&["--no-demonstration"], &nowhere);
    let nobody = Actor::nobody_at(&serving.address);
    for _ in 0..50 {
        let _ = nobody.ask("{ __typename }").await.ok();
    }
    serving.terminate();
    assert!(serving.ended().success(), "it stops all the same");
}
