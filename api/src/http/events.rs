//! GraphQL over server-sent events, in the mode of distinct connections: an operation a request.

use std::{
    convert::Infallible,
    net::SocketAddr,
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
    time::Duration,
};

use ::metrics::counter;
use axum::{
    body::Bytes,
    http::{HeaderMap, StatusCode},
    response::{
        IntoResponse, Response,
        sse::{Event, KeepAlive, Sse},
    },
};
use futures_util::{Stream, StreamExt, stream};
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
    streamed::{End, Operation, Outlet, Room, Word},
};
use crate::service::subscription::Turn;

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
    let position = app.tail.head();
    let operation = Operation { app, headers, peer, asked, way, carrier, position, stop };
    let turn = Arc::new(Turn::default());
    let first = operation.respond(id, &turn).await;
    if !matches!(first.status(), StatusCode::OK | StatusCode::BAD_REQUEST) {
        return first;
    }
    let said = first.extensions().clone();
    let (outlet, told) = Queue::new(terms.patience);
    tokio::spawn(async move {
        tokio::select! {
            () = answer_by(&operation, (first, turn), &outlet) => {}
            () = outlet.queue.closed() => {}
        }
    });
    // The seat is taken for as long as the connection is.
    let events = told.events().map(move |event| {
        let _ = &seat;
        Ok::<_, Infallible>(event)
    });
    let kept_alive = KeepAlive::new().interval(terms.keep_alive);
    let mut response = Sse::new(events).keep_alive(kept_alive).into_response();
    *response.extensions_mut() = said;
    response
}

async fn answer_by(operation: &Operation, (first, turn): (Response, Arc<Turn>), outlet: &Queue) {
    // There is room for the first: nothing is told yet.
    let Some(room) = outlet.room().await else { return };
    if let End::Unknown(unknown) = operation.go_on((first, room), turn, outlet).await
        && let Some(room) = outlet.room().await
    {
        room.tell(Word::Last(ended(unknown)));
    }
}

/// What is told when it is not known any more who asks.
fn ended(unknown: Unknown) -> Bytes {
    let message = Closing::from(unknown).sentence;
    let error = json!({ "message": message, "extensions": { "code": "UNAUTHENTICATED" } });
    json!({ "errors": [error], "data": null }).to_string().into()
}

/// What is told to whoever reads too slowly, when it reads on.
fn slow() -> Bytes {
    let message = Closing::SLOW.sentence;
    let error = json!({ "message": message, "extensions": { "code": "SLOW_READER" } });
    json!({ "errors": [error], "data": null }).to_string().into()
}

/// Where the results of an event stream go: one waits, and the next is not made before it is read.
struct Queue {
    queue: mpsc::Sender<Word>,
    patience: Duration,
    /// Set once the client has not read for too long.
    is_slow: Arc<AtomicBool>,
}

/// Where they come out.
struct Results {
    told: mpsc::Receiver<Word>,
    is_slow: Arc<AtomicBool>,
}

impl Queue {
    fn new(patience: Duration) -> (Self, Results) {
        let (queue, told) = mpsc::channel(1);
        let is_slow = Arc::new(AtomicBool::new(false));
        (Self { queue, patience, is_slow: Arc::clone(&is_slow) }, Results { told, is_slow })
    }
}

impl Outlet for Queue {
    async fn room(&self) -> Option<impl Room> {
        let reserved = timeout(self.patience, self.queue.reserve()).await;
        if reserved.is_err() {
            counter!("tributary_subscriptions_dropped_total", "why" => "slow").increment(1);
            self.is_slow.store(true, Ordering::Release);
        }
        reserved.ok()?.ok()
    }
}

impl Room for mpsc::Permit<'_, Word> {
    fn tell(self, word: Word) {
        self.send(word);
    }
}

impl Results {
    /// The events of the stream. The last word of a stream that was broken off waits in no queue, so that
    /// there is always room for it.
    fn events(self) -> impl Stream<Item = Event> + Send {
        let words = stream::unfold(Some(self), async |results| {
            let mut results = results?;
            match results.told.recv().await {
                Some(word) => Some((word, Some(results))),
                None if results.is_slow.load(Ordering::Acquire) => Some((Word::Last(slow()), None)),
                None => None,
            }
        });
        words.flat_map(|word| {
            let next = |result: &Bytes| {
                Event::default().event("next").data(String::from_utf8_lossy(result))
            };
            // A browser's own reader of events hears none without data.
            let complete = || Event::default().event("complete").data("null");
            let events = match word {
                Word::Next(result) => [Some(next(&result)), None],
                Word::Last(result) | Word::Refused(result) => {
                    [Some(next(&result)), Some(complete())]
                }
                Word::Complete => [Some(complete()), None],
            };
            stream::iter(events.into_iter().flatten())
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn who_does_not_read_in_time_is_told_so_when_it_reads_on() {
        let (queue, results) = Queue::new(Duration::from_millis(10));
        let room = queue.room().await.expect("nothing waits yet");
        room.tell(Word::Next(Bytes::from_static(b"{}")));
        assert!(queue.room().await.is_none(), "nobody reads");
        drop(queue);
        let told: Vec<String> = results.events().map(|event| format!("{event:?}")).collect().await;
        assert_eq!(told.len(), 3, "the result, why no more come, and complete: {told:?}");
        assert!(told[1].contains("SLOW_READER") && told[2].contains("complete"), "{told:?}");
    }

    #[tokio::test]
    async fn a_stream_that_just_ends_says_nothing_more() {
        let (queue, results) = Queue::new(Duration::from_secs(10));
        queue.room().await.expect("room").tell(Word::Last(Bytes::from_static(b"{}")));
        drop(queue);
        assert_eq!(results.events().count().await, 2);
    }
}
