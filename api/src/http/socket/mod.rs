//! GraphQL over WebSocket, by the protocol graphql-transport-ws.

mod closing;
mod message;
mod seats;
mod session;
mod terms;
mod writer;

use std::{net::SocketAddr, sync::Arc};

use axum::{
    extract::WebSocketUpgrade,
    http::{HeaderMap, HeaderValue, header},
    response::{IntoResponse, Response},
};

use super::{
    App, LARGEST_BODY,
    media::Media,
    peer,
    problem::{self, Problem},
};
pub(in crate::http) use closing::Closing;
pub use seats::Seats;
pub(in crate::http) use seats::{NoSeat, Seat};
pub use terms::SocketTerms;

/// The one subprotocol that is spoken.
const SPOKEN: &str = "graphql-transport-ws";

/// What a socket was opened with.
pub(super) struct Handshake {
    pub headers: HeaderMap,
    pub peer: SocketAddr,
}

/// True of a request that wants to become a socket.
pub(super) fn is_wished(headers: &HeaderMap) -> bool {
    let upgrade = headers.get(header::UPGRADE).map(HeaderValue::as_bytes);
    upgrade.is_some_and(|upgrade| upgrade.eq_ignore_ascii_case(b"websocket"))
}

/// Opens a socket. Browsers let pages of any origin open one and read it, so that it is this program
/// that refuses those of others.
pub(super) fn open(app: Arc<App>, mut upgrade: WebSocketUpgrade, handshake: Handshake) -> Response {
    if !is_of_allowed_origin(&app, &handshake.headers) {
        return Problem::FOREIGN_ORIGIN.into_response();
    }
    let seat = match seat(&app, &handshake.headers, handshake.peer, Media::Json) {
        Ok(seat) => seat,
        Err(full) => return *full,
    };
    let offered = upgrade.requested_protocols().find(|offered| *offered == SPOKEN);
    // Whoever offers others only is told so over the socket, which no browser opens without one.
    let selected = offered.or_else(|| upgrade.requested_protocols().next()).cloned();
    if let Some(selected) = selected {
        upgrade.set_selected_protocol(selected);
    }
    let upgrade = upgrade.max_message_size(LARGEST_BODY).max_frame_size(LARGEST_BODY);
    upgrade.on_upgrade(async move |socket| session::hold(app, socket, (handshake, seat)).await)
}

/// A place for what stays open.
///
/// # Errors
/// The answer when there is none.
pub(super) fn seat(
    app: &App,
    headers: &HeaderMap,
    peer: SocketAddr,
    media: Media,
) -> Result<Seat, Box<Response>> {
    let network = peer::network(headers, peer.ip(), app.trusted_proxies);
    let full = |why| Box::new(problem::no_seat(media, why == NoSeat::OfNetwork));
    app.seats.take(network).map_err(full)
}

/// True when no page of another origin asks, unless it is one that the operator names.
fn is_of_allowed_origin(app: &App, headers: &HeaderMap) -> bool {
    let mut said = headers.get_all(header::ORIGIN).iter();
    let Some(origin) = said.next() else { return true };
    let is_own = || {
        let host = headers.get(header::HOST)?.to_str().ok()?;
        let (_, authority) = origin.to_str().ok()?.split_once("://")?;
        authority.eq_ignore_ascii_case(host).then_some(())
    };
    let is_allowed = is_own().is_some() || app.allowed_origins.iter().any(|one| one.is(origin));
    said.next().is_none() && is_allowed
}
