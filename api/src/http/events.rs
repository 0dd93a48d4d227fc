//! GraphQL over server-sent events, in the mode of distinct connections: an operation a request.

use std::{convert::Infallible, net::SocketAddr, sync::Arc, time::Duration};

use axum::{
    body::Bytes,
    http::{HeaderMap, StatusCode},
    response::{
        IntoResponse, Response,
        sse::{Event, KeepAlive, Sse},
    },
};
use futures_util::stream;
use serde_json::json;
use tokio::{sync::mpsc, time::timeout};

use super::{
    App,
    asked::Asked,
    authorization::Unknown,
    media::Media,
    observe::RequestId,
    operation::Way,
    socket::{self, Closing},
    streamed::{End, Operation, Outlet},
};
use crate::service::subscription::Turn;

/// What is told of an operation.
enum Told {
    Next(Bytes),
    Complete,
}

/// Answers an operation event by event. Who may not ask now is answered as without events; what is
/// wrong with a document is told by one, as the protocol wants it, because a browser lets no page read
/// the body of a stream that does not begin.
pub(super) async fn answer(
    app: Arc<App>,
    (id, headers, peer): (RequestId, HeaderMap, SocketAddr),
    way: Way,
    asked: Asked,
) -> Response {
    let seat = match socket::seat(&app, &headers, peer, Media::GraphqlResponse) {
        Ok(seat) => seat,
        Err(full) => return *full,
    };
    let terms = app.seats.terms;
    let (way, carrier, stop) = (way.streamed(), "EVENTS", seat.stop.clone());
    let operation = Operation { app, headers, peer, asked, way, carrier, stop };
    let (position, turn) = (operation.app.tail.head(), Arc::new(Turn::default()));
    let first = operation.respond(id, &turn).await;
    if !matches!(first.status(), StatusCode::OK | StatusCode::BAD_REQUEST) {
        return first;
    }
    let said = first.extensions().clone();
    let (queue, told) = mpsc::channel(1);
    let outlet = Queue { queue, patience: terms.patience };
    tokio::spawn(async move {
        let answering = async {
            match operation.go_on(first, (position, turn), &outlet).await {
                End::Complete => true,
                End::Refused(answer) => outlet.next(answer).await,
                End::Unknown(unknown) => outlet.next(ended(unknown)).await,
                End::Stopping | End::Gone => false,
            }
        };
        let is_complete = tokio::select! {
            is_complete = answering => is_complete,
            () = outlet.queue.closed() => false,
        };
        if is_complete {
            // Where nobody reads any more, nobody needs to know.
            let _ = outlet.queue.send(Told::Complete).await;
        }
    });
    // The seat is taken for as long as the connection is.
    let events = stream::unfold((told, seat), async |(mut told, seat)| {
        let event = match told.recv().await? {
            Told::Next(result) => {
                Event::default().event("next").data(String::from_utf8_lossy(&result))
            }
            Told::Complete => Event::default().event("complete").data(""),
        };
        Some((Ok::<_, Infallible>(event), (told, seat)))
    });
    let kept_alive = KeepAlive::new().interval(terms.keep_alive);
    let mut response = Sse::new(events).keep_alive(kept_alive).into_response();
    *response.extensions_mut() = said;
    response
}

/// What is told when it is not known any more who asks.
fn ended(unknown: Unknown) -> Bytes {
    let message = Closing::from(unknown).sentence;
    let error = json!({ "message": message, "extensions": { "code": "UNAUTHENTICATED" } });
    json!({ "errors": [error], "data": null }).to_string().into()
}

/// Where the results of an event stream go.
struct Queue {
    queue: mpsc::Sender<Told>,
    patience: Duration,
}

impl Outlet for Queue {
    async fn next(&self, result: Bytes) -> bool {
        let sent = timeout(self.patience, self.queue.send(Told::Next(result))).await;
        matches!(sent, Ok(Ok(())))
    }
}
