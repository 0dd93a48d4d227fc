//! An operation that is answered event by event, over a socket or as an event stream.
//!
//! A subscription holds the place of the last change that it has looked at, and nothing else: when there
//! are later ones that concern it, it executes its operation afresh for each object, as whoever asks is
//! then. While an event waits to be read, nothing more is looked at.

use std::{
    net::SocketAddr,
    sync::{Arc, OnceLock},
    time::Duration,
};

use ::metrics::{counter, gauge, histogram};
use axum::{
    body::{Bytes, to_bytes},
    http::HeaderMap,
    response::Response,
};
use serde_json::json;
use tokio::{sync::watch, time};

use super::{
    App,
    asked::Asked,
    authorization::{self, Unknown},
    media::Media,
    observe::{Named, Refused, RequestId, observed},
    operation::{Asking, Last, Nothing, Way, respond},
};
use crate::service::{
    change::Missed,
    subscription::{Event, Followed, Turn},
};

/// The route of what sockets and event streams carry, as it is logged and counted.
const ROUTE: &str = "/graphql";
/// How long to wait before what failed is tried again, and how often it is looked whether it is over.
const PAUSE: Duration = Duration::from_secs(1);

/// An operation, for as long as it is answered.
pub(super) struct Operation {
    /// The server.
    pub app: Arc<App>,
    /// What it was asked with.
    pub headers: HeaderMap,
    /// Where it comes from.
    pub peer: SocketAddr,
    /// What is asked.
    pub asked: Asked,
    /// How it is carried.
    pub way: Way,
    /// The same, for the log: `SOCKET` or `EVENTS`.
    pub carrier: &'static str,
    /// The place of the last change when it was asked: it is told what comes after.
    pub position: i64,
    /// Turns true when the server is told to stop.
    pub stop: watch::Receiver<bool>,
}

/// Where its results go.
pub(super) trait Outlet: Sync {
    /// Waits until there is room for a result, before anything is executed for it; none when nobody
    /// takes any more.
    fn room(&self) -> impl Future<Output = Option<impl Room>> + Send;
}

/// Room for a result: what is told there waits for nothing else.
pub(super) trait Room: Send {
    /// Tells it.
    fn tell(self, word: Word);
}

/// What is told of an operation.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Word {
    /// A result, after which more may come.
    Next(Bytes),
    /// The last result.
    Last(Bytes),
    /// It was not executed: the answer with its errors.
    Refused(Bytes),
    /// It is over.
    Complete,
}

/// How it ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum End {
    /// Everything is told.
    Told,
    /// It is not known any more who asks.
    Unknown(Unknown),
    /// The server stops.
    Stopping,
    /// Nobody takes its results.
    Gone,
}

/// What of an answer is told.
enum Told {
    /// This.
    Word(Word),
    /// It is not known any more who asks.
    Unknown(Unknown),
    /// There is nothing to tell.
    Nothing,
    /// Not now: it is tried again.
    Later,
}

impl Operation {
    /// Answers it.
    pub async fn run(&self, outlet: &impl Outlet) -> End {
        let Some(room) = outlet.room().await else { return End::Gone };
        let turn = Arc::new(Turn::default());
        let first = self.answer(&turn).await;
        self.go_on((first, room), turn, outlet).await
    }

    /// Goes on after its first answer, in that turn.
    pub async fn go_on(
        &self,
        (first, room): (Response, impl Room),
        turn: Arc<Turn>,
        outlet: &impl Outlet,
    ) -> End {
        let followed = turn.followed.get().copied();
        match (told(first, false).await, followed) {
            (Told::Unknown(unknown), _) => return End::Unknown(unknown),
            (Told::Word(Word::Next(result)), Some(followed)) => {
                room.tell(Word::Next(result));
                return self.follow(followed, turn, outlet).await;
            }
            (Told::Nothing | Told::Later, Some(followed)) => {
                drop(room);
                return self.follow(followed, turn, outlet).await;
            }
            (Told::Word(Word::Next(result)), None) => room.tell(Word::Last(result)),
            (Told::Word(word), _) => room.tell(word),
            (Told::Nothing | Told::Later, None) => room.tell(Word::Complete),
        }
        End::Told
    }

    async fn follow(&self, followed: Followed, turn: Arc<Turn>, outlet: &impl Outlet) -> End {
        let _counted = Counted::new(followed.field());
        let telling = self.tell(followed, turn, outlet);
        let mut stop = self.stop.clone();
        tokio::select! {
            end = telling => end,
            () = async { drop(stop.wait_for(|stop| *stop).await) } => End::Stopping,
            () = self.expired() => End::Unknown(Unknown::Expired),
        }
    }

    /// Waits until the access token has ended.
    async fn expired(&self) {
        let Some(ends_at) = authorization::ends_at(&self.headers) else {
            return std::future::pending().await;
        };
        while self.app.database.clock().now().to_microseconds() < ends_at {
            time::sleep(PAUSE).await;
        }
    }

    async fn tell(&self, followed: Followed, mut turn: Arc<Turn>, outlet: &impl Outlet) -> End {
        let mut position = self.position;
        loop {
            let is_wanted = |change: &_| followed.concerned(change).is_some();
            let (looked, changes) = match self.app.tail.passed(position, is_wanted).await {
                Ok(passed) => passed,
                Err(Missed::Behind) => {
                    counter!("tributary_subscriptions_dropped_total", "why" => "behind")
                        .increment(1);
                    let Some(room) = outlet.room().await else { return End::Gone };
                    room.tell(Word::Last(behind()));
                    return End::Told;
                }
                Err(Missed::Fault(fault)) => {
                    tracing::warn!(%fault, "changes could not be read, and are tried again");
                    time::sleep(PAUSE).await;
                    continue;
                }
            };
            for event in followed.events(changes.iter().map(AsRef::as_ref)) {
                turn = match self.tell_event(event, &turn, outlet).await {
                    Ok(turn) => turn,
                    Err(end) => return end,
                };
            }
            position = looked;
        }
    }

    /// Tells an event, once it can be.
    ///
    /// # Errors
    /// How the subscription ends by it.
    async fn tell_event(
        &self,
        event: Event,
        before: &Turn,
        outlet: &impl Outlet,
    ) -> Result<Arc<Turn>, End> {
        let happened = event.happened_at();
        let turn = Arc::new(before.then(event));
        loop {
            let room = outlet.room().await.ok_or(End::Gone)?;
            match told(self.answer(&turn).await, true).await {
                Told::Word(word) => {
                    let goes_on = matches!(word, Word::Next(_));
                    room.tell(word);
                    self.count(turn.followed.get(), happened);
                    return if goes_on { Ok(turn) } else { Err(End::Told) };
                }
                Told::Unknown(unknown) => return Err(End::Unknown(unknown)),
                Told::Nothing => return Ok(turn),
                Told::Later => {
                    drop(room);
                    time::sleep(PAUSE).await;
                }
            }
        }
    }

    /// Counts an event that was told, of something that happened then, in microseconds.
    fn count(&self, followed: Option<&Followed>, happened: i64) {
        let field = followed.map_or("none", Followed::field);
        counter!("tributary_subscription_events_total", "field" => field).increment(1);
        let now = self.app.database.clock().now().to_microseconds();
        let lag = u64::try_from(now - happened).unwrap_or(0);
        histogram!("tributary_subscription_lag_seconds", "field" => field)
            .record(Duration::from_micros(lag));
    }

    /// One answer, logged and counted like that of a request.
    async fn answer(&self, turn: &Arc<Turn>) -> Response {
        let id = self.app.database.clock().new_id();
        let named = Named { id, trace: None, method: self.carrier, route: ROUTE };
        observed((named.span(), ROUTE), self.respond(RequestId(id), turn)).await
    }

    /// One answer, which somebody else logs and counts.
    pub async fn respond(&self, id: RequestId, turn: &Arc<Turn>) -> Response {
        let Self { headers, peer, way, .. } = self;
        let (media, kind, turn) = (Media::GraphqlResponse, OnceLock::new(), Some(Arc::clone(turn)));
        let asking = Asking { id, headers, peer: *peer, media, way: *way, kind, turn };
        respond(&self.app, &asking, &self.asked).await
    }
}

/// What of an answer is told. An event that is too much just now is told later, so that nobody learns by
/// it of what is not told at all.
async fn told(answer: Response, is_event: bool) -> Told {
    let said = answer.extensions();
    if let Some(unknown) = said.get::<Unknown>() {
        return Told::Unknown(*unknown);
    }
    if said.get::<Nothing>().is_some() {
        return Told::Nothing;
    }
    let is_last = said.get::<Last>().is_some();
    let refused = said.get::<Refused>().map(|Refused(code)| *code);
    if is_event && matches!(refused, Some("RATE_LIMITED" | "OVERLOADED" | "ISSUER_UNAVAILABLE")) {
        return Told::Later;
    }
    // It was written by this program, and is in memory already.
    let body = to_bytes(answer.into_body(), usize::MAX).await.unwrap_or_default();
    Told::Word(match (refused, is_last) {
        (Some(_), _) => Word::Refused(body),
        (None, true) => Word::Last(body),
        (None, false) => Word::Next(body),
    })
}

/// What is told to whoever has fallen too far behind.
fn behind() -> Bytes {
    let sentence = "more has changed since the last event than is kept: subscribe again, and ask for \
                    what is now";
    let error = json!({ "message": sentence, "extensions": { "code": "RESYNC" } });
    json!({ "errors": [error], "data": null }).to_string().into()
}

/// A subscription that goes on, until this is dropped.
struct Counted(&'static str);

impl Counted {
    fn new(field: &'static str) -> Self {
        gauge!("tributary_subscriptions", "field" => field).increment(1.0);
        Self(field)
    }
}

impl Drop for Counted {
    fn drop(&mut self) {
        gauge!("tributary_subscriptions", "field" => self.0).decrement(1.0);
    }
}
