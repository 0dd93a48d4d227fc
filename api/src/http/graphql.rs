//! GraphQL over HTTP: a request is one JSON object, by POST; queries also by GET. What is executed
//! is never the client's text, but what the gate made of it.

use std::{
    net::SocketAddr,
    sync::{Arc, OnceLock},
};

use axum::{
    Extension,
    body::Bytes,
    extract::{
        ConnectInfo, Query, State, WebSocketUpgrade,
        rejection::{BytesRejection, QueryRejection},
        ws::rejection::WebSocketUpgradeRejection,
    },
    http::{HeaderMap, StatusCode},
    response::{IntoResponse, Response},
};

use super::{
    App,
    asked::{Asked, AskedByGet},
    events,
    media::{Form, is_json},
    observe::RequestId,
    operation::{Asking, Way, respond},
    problem::Problem,
    socket::{self, Handshake},
};

/// Queries and mutations, and as an event stream subscriptions too.
pub(super) async fn post(
    State(app): State<Arc<App>>,
    ConnectInfo(peer): ConnectInfo<SocketAddr>,
    Extension(id): Extension<RequestId>,
    headers: HeaderMap,
    body: Result<Bytes, BytesRejection>,
) -> Response {
    let Some(form) = Form::accepted(&headers) else {
        return Problem::NOT_ACCEPTABLE.into_response();
    };
    let media = form.media();
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
    answer(app, (id, headers, peer), (form, Way::Body), asked).await
}

/// Queries, as an event stream subscriptions too; and sockets.
pub(super) async fn get(
    State(app): State<Arc<App>>,
    ConnectInfo(peer): ConnectInfo<SocketAddr>,
    Extension(id): Extension<RequestId>,
    headers: HeaderMap,
    upgrade: Result<WebSocketUpgrade, WebSocketUpgradeRejection>,
    asked: Result<Query<AskedByGet>, QueryRejection>,
) -> Response {
    if socket::is_wished(&headers) {
        let Ok(upgrade) = upgrade else { return Problem::NO_SOCKET.into_response() };
        return socket::open(app, upgrade, Handshake { headers, peer });
    }
    let Some(form) = Form::accepted(&headers) else {
        return Problem::NOT_ACCEPTABLE.into_response();
    };
    let Some(asked) = asked.ok().and_then(|Query(asked)| asked.read()) else {
        return Problem::NO_REQUEST.in_media(form.media());
    };
    answer(app, (id, headers, peer), (form, Way::Link), asked).await
}

async fn answer(
    app: Arc<App>,
    (id, headers, peer): (RequestId, HeaderMap, SocketAddr),
    (form, way): (Form, Way),
    asked: Asked,
) -> Response {
    let media = match form {
        Form::Events => return events::answer(app, (id, headers, peer), way, asked).await,
        Form::Whole(media) => media,
    };
    let (kind, turn) = (OnceLock::new(), None);
    respond(&app, &Asking { id, headers: &headers, peer, media, way, kind, turn }, &asked).await
}
