//! GraphQL over HTTP: a request is one JSON object, by POST; queries also by GET.

use std::{net::SocketAddr, panic::AssertUnwindSafe, sync::Arc, time::Duration};

use async_graphql::{
    ErrorExtensionValues, Request, ServerError, Value, Variables,
    parser::types::{DocumentOperations, OperationType},
};
use axum::{
    Extension,
    body::Bytes,
    extract::{
        ConnectInfo, Query, State,
        rejection::{BytesRejection, QueryRejection},
    },
    http::{HeaderMap, HeaderValue, StatusCode, header},
    response::{IntoResponse, Response},
};
use futures_util::FutureExt;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value as Json};
use tokio::time::timeout;

use super::{
    App, authorization,
    media::{Media, is_json},
    observe::RequestId,
    peer,
    problem::Problem,
};
use crate::graphql::{loaders::loaders, request};

/// How long a document may be executed.
const DEADLINE: Duration = Duration::from_secs(10);
/// Under `application/graphql-response+json`, the status of a document that was not executed,
/// because it does not parse or validate. In one place, because the draft is moving.
const NOT_EXECUTED: StatusCode = StatusCode::BAD_REQUEST;

/// What a client sends by POST.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Asked {
    query: String,
    operation_name: Option<String>,
    variables: Option<Map<String, Json>>,
    extensions: Option<Map<String, Json>>,
}

/// What a client sends by GET: objects are written as JSON.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct AskedByGet {
    query: String,
    operation_name: Option<String>,
    variables: Option<String>,
    extensions: Option<String>,
}

/// The answer. What was not executed has no data, not even null.
#[derive(Serialize)]
struct Answer {
    #[serde(skip_serializing_if = "Vec::is_empty")]
    errors: Vec<ServerError>,
    #[serde(skip_serializing_if = "Option::is_none")]
    data: Option<Value>,
    #[serde(skip_serializing_if = "Map::is_empty")]
    extensions: Map<String, Json>,
}

/// Queries and mutations.
pub(super) async fn post(
    State(app): State<Arc<App>>,
    ConnectInfo(peer): ConnectInfo<SocketAddr>,
    Extension(id): Extension<RequestId>,
    headers: HeaderMap,
    body: Result<Bytes, BytesRejection>,
) -> Response {
    let Some(media) = Media::accepted(&headers) else {
        return Problem::NOT_ACCEPTABLE.into_response();
    };
    if !is_json(&headers) {
        return Problem::NOT_JSON.in_media(media);
    }
    let asked = match body {
        Ok(body) => serde_json::from_slice::<Asked>(&body),
        Err(why) if why.status() == StatusCode::PAYLOAD_TOO_LARGE => {
            return Problem::TOO_LARGE.in_media(media);
        }
        Err(_) => return Problem::NO_REQUEST.in_media(media),
    };
    match asked {
        Ok(asked) => execute(&app, id, (&headers, peer), media, asked.into()).await,
        Err(_) => Problem::NO_REQUEST.in_media(media),
    }
}

/// Queries only: a link must not change anything.
pub(super) async fn get(
    State(app): State<Arc<App>>,
    ConnectInfo(peer): ConnectInfo<SocketAddr>,
    Extension(id): Extension<RequestId>,
    headers: HeaderMap,
    asked: Result<Query<AskedByGet>, QueryRejection>,
) -> Response {
    let Some(media) = Media::accepted(&headers) else {
        return Problem::NOT_ACCEPTABLE.into_response();
    };
    let Some(mut request) = asked.ok().and_then(|Query(asked)| asked.read()) else {
        return Problem::NO_REQUEST.in_media(media);
    };
    if is_more_than_a_query(&mut request) {
        let mut response = Problem::ONLY_QUERIES.in_media(media);
        response.headers_mut().insert(header::ALLOW, HeaderValue::from_static("POST"));
        return response;
    }
    execute(&app, id, (&headers, peer), media, request).await
}

async fn execute(
    app: &App,
    id: RequestId,
    (headers, peer): (&HeaderMap, SocketAddr),
    media: Media,
    mut request: Request,
) -> Response {
    let viewer = match authorization::viewer(app, headers, media, id).await {
        Ok(viewer) => viewer,
        Err(refused) => return *refused,
    };
    let is_preview = viewer.as_ref().is_some_and(|viewer| viewer.preview.is_some());
    if is_preview && is_more_than_a_query(&mut request) {
        return Problem::ONLY_READ.in_media(media);
    }
    let shared = request::Request::new(app.database.clone(), id.0, viewer, app.cursors.clone());
    let batches = shared.batches.clone();
    let network = peer::network(headers, peer.ip(), app.trusted_proxies);
    let request = request.data(loaders(shared.clone())).data(shared).data(network);
    let request = request.data(app.keys.clone()).data(app.attempts.clone());
    let answering = batches.beside(app.schema.execute(request));
    let executing = AssertUnwindSafe(answering).catch_unwind();
    match timeout(DEADLINE, executing).await {
        Ok(Ok(response)) => answer(response, media),
        Ok(Err(_)) => {
            tracing::error!("a resolver panicked");
            Problem::FAULT.in_media(media)
        }
        Err(_) => {
            tracing::warn!("a request took longer than its deadline");
            Problem::TOO_SLOW.in_media(media)
        }
    }
}

fn answer(response: async_graphql::Response, media: Media) -> Response {
    let mut errors = response.errors;
    // A resolver's error has a path, also when it leaves nothing of the data.
    let is_executed = response.data != Value::Null || errors.iter().any(|e| !e.path.is_empty());
    let status = if is_executed || media == Media::Json { StatusCode::OK } else { NOT_EXECUTED };
    for error in errors.iter_mut().filter(|_| !is_executed) {
        let extensions = error.extensions.get_or_insert_with(ErrorExtensionValues::default);
        if extensions.get("code").is_none() {
            extensions.set("code", "BAD_REQUEST");
        }
    }
    let answer =
        Answer { errors, data: is_executed.then_some(response.data), extensions: Map::new() };
    match serde_json::to_vec(&answer) {
        Ok(body) => (status, [(header::CONTENT_TYPE, media.content_type())], body).into_response(),
        Err(fault) => {
            tracing::error!(%fault, "an answer could not be written");
            Problem::FAULT.in_media(media)
        }
    }
}

/// What does not parse is left to the engine, which says where.
fn is_more_than_a_query(request: &mut Request) -> bool {
    let name = request.operation_name.clone();
    let Ok(document) = request.parsed_query() else { return false };
    let is_query = |kind: OperationType| kind == OperationType::Query;
    match &document.operations {
        DocumentOperations::Single(operation) => !is_query(operation.node.ty),
        DocumentOperations::Multiple(operations) => operations.iter().any(|(own, operation)| {
            name.as_deref().is_none_or(|name| name == own.as_str()) && !is_query(operation.node.ty)
        }),
    }
}

impl From<Asked> for Request {
    fn from(asked: Asked) -> Self {
        let mut request = Self::new(asked.query);
        request.operation_name = asked.operation_name;
        request.variables = Variables::from_json(asked.variables.unwrap_or_default().into());
        // Nothing reads them yet; that they are an object was checked.
        drop(asked.extensions);
        request
    }
}

impl AskedByGet {
    fn read(self) -> Option<Request> {
        let object = |text: Option<String>| match text.as_deref() {
            None | Some("") => Some(None),
            Some(text) => serde_json::from_str(text).ok(),
        };
        let variables = object(self.variables)?;
        let extensions = object(self.extensions)?;
        let Self { query, operation_name, .. } = self;
        Some(Asked { query, operation_name, variables, extensions }.into())
    }
}
