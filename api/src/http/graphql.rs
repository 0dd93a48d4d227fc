//! GraphQL over HTTP: a request is one JSON object, by POST; queries also by GET. What is executed
//! is never the client's text, but what the gate made of it.

use std::{
    net::SocketAddr,
    panic::AssertUnwindSafe,
    sync::{Arc, OnceLock},
};

use async_graphql::{
    Request, Value, Variables,
    parser::{self, parse_query, types::ExecutableDocument},
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
use gate::{Admitted, OperationKind};
use tokio::time::timeout;
use tracing::Instrument;

use super::{
    App, answer,
    asked::{Asked, AskedByGet},
    authorization,
    charge::{Charge, Payer},
    media::{Media, is_json},
    observe::{Kind, RequestId},
    peer, persisted,
    problem::{self, Problem},
};
use crate::{
    auth::{Network, Viewer},
    graphql::{loaders::loaders, request},
};

/// The engine's reading of a normal form, kept with it.
type Parsed = parser::Result<ExecutableDocument>;

/// Who asks and how.
struct Asking<'a> {
    id: RequestId,
    headers: &'a HeaderMap,
    peer: SocketAddr,
    media: Media,
    /// A link, which must not change anything.
    is_link: bool,
    /// What kind of operation it is, once that is known.
    kind: OnceLock<OperationKind>,
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
    let Ok(asked) = asked else { return Problem::NO_REQUEST.in_media(media) };
    let kind = OnceLock::new();
    respond(&app, &Asking { id, headers: &headers, peer, media, is_link: false, kind }, asked).await
}

/// Queries only.
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
    let Some(asked) = asked.ok().and_then(|Query(asked)| asked.read()) else {
        return Problem::NO_REQUEST.in_media(media);
    };
    let kind = OnceLock::new();
    respond(&app, &Asking { id, headers: &headers, peer, media, is_link: true, kind }, asked).await
}

/// Answers within a time, whatever fails, where not too much is under way already.
async fn respond(app: &App, asking: &Asking<'_>, asked: Asked) -> Response {
    let Ok(_turn) = app.turns.try_acquire() else { return problem::overloaded(asking.media) };
    let answering = AssertUnwindSafe(judge(app, asking, asked)).catch_unwind();
    let mut response = match timeout(app.deadline, answering).await {
        Ok(Ok(response)) => response,
        Ok(Err(_)) => {
            tracing::error!("a request panicked");
            Problem::FAULT.in_media(asking.media)
        }
        Err(_) => {
            tracing::warn!("a request took longer than its deadline");
            problem::too_slow(asking.media, app.deadline)
        }
    };
    if let Some(kind) = asking.kind.get() {
        response.extensions_mut().insert(Kind(kind_name(*kind)));
    }
    response
}

fn kind_name(kind: OperationKind) -> &'static str {
    match kind {
        OperationKind::Query => "query",
        OperationKind::Mutation => "mutation",
        OperationKind::Subscription => "subscription",
    }
}

/// The gate first, which costs no statement; then who asks, and what they may still ask for; then the
/// engine.
async fn judge(app: &App, asking: &Asking<'_>, asked: Asked) -> Response {
    let media = asking.media;
    let text = match persisted::text(&app.persisted, &asked) {
        Ok(Some(text)) => text,
        Ok(None) => return Problem::NO_REQUEST.in_media(media),
        Err(refusal) => return answer::refused(&refusal, media),
    };
    let gate = tracing::info_span!(target: "tributary::step", "gate");
    let prepare = || app.gate.prepare(text, asked.operation_name.as_deref());
    let prepared = match gate.in_scope(prepare) {
        Ok(prepared) => prepared,
        Err(refusal) => return answer::refused(&refusal, media),
    };
    let only_asks = *asking.kind.get_or_init(|| prepared.kind()) == OperationKind::Query;
    if asking.is_link && !only_asks {
        let mut response = Problem::ONLY_QUERIES.in_media(media);
        response.headers_mut().insert(header::ALLOW, HeaderValue::from_static("POST"));
        return response;
    }
    let admitted = match app.gate.admit(&prepared, &asked.variables.unwrap_or_default()) {
        Ok(admitted) => admitted,
        Err(refusal) => return answer::refused(&refusal, media),
    };
    let authorisation = tracing::info_span!(target: "tributary::step", "authorisation");
    let viewer = authorization::viewer(app, asking.headers, media, asking.id);
    let viewer = match viewer.instrument(authorisation).await {
        Ok(viewer) => viewer,
        Err(refused) => return *refused,
    };
    let is_preview = viewer.as_ref().is_some_and(|viewer| viewer.preview.is_some());
    if is_preview && !only_asks {
        return Problem::ONLY_READ.in_media(media);
    }
    let network = peer::network(asking.headers, asking.peer.ip(), app.trusted_proxies);
    let charge = match app.budgets.charge(Payer::of(viewer.as_ref(), network), &admitted) {
        Ok(charge) => charge,
        Err(unpaid) => return answer::unpaid(&unpaid, media),
    };
    // What is broken off stays charged: nobody knows what was done of it.
    let execution = tracing::info_span!(target: "tributary::step", "execution");
    let executed = execute(app, (asking.id, network), (&admitted, &charge), viewer);
    match executed.instrument(execution).await {
        Ok(response) => answer::executed(response, (&prepared, &admitted), charge, media),
        Err(fault) => {
            tracing::error!(%fault, "the engine cannot read what the gate wrote");
            Problem::FAULT.in_media(media)
        }
    }
}

/// Has the engine execute what the gate made of a document.
async fn execute(
    app: &App,
    (RequestId(id), network): (RequestId, Network),
    (admitted, charge): (&Admitted, &Charge<'_>),
    viewer: Option<Viewer>,
) -> parser::Result<async_graphql::Response> {
    if admitted.execution.is_empty() {
        // Everything at the root is skipped, which the engine cannot say.
        return Ok(async_graphql::Response::new(Value::Object(Default::default())));
    }
    let parsed = admitted.execution.parsed::<Parsed>(|text| parse_query(text));
    let document = parsed.as_ref().as_ref().map_err(Clone::clone)?;
    let mut request = Request::new(admitted.execution.text());
    request.set_parsed_query(document.clone());
    request.variables = Variables::from_json(admitted.variables.clone().into());
    let client = viewer.as_ref().map(Viewer::payer);
    let shared = request::Request::new(app.database.clone(), id, viewer, app.cursors.clone());
    let batches = shared.batches.clone();
    let request = request.data(loaders(shared.clone())).data(shared).data(network);
    let request = request.data(app.keys.clone()).data(app.attempts.clone());
    let request = request.data(charge.rate_limit());
    let request = request.data(app.sender.clone()).data(app.secrets.clone());
    let request = match client {
        Some(client) => request.data(app.export_budget(client)),
        None => request,
    };
    Ok(batches.beside(app.schema.execute(request)).await)
}
