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

use ::metrics::{counter, gauge};
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
    change::Lost,
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
    /// Turns true when the server is told to stop.
    pub stop: watch::Receiver<bool>,
}

/// Where its results go.
pub(super) trait Outlet: Sync {
    /// Tells a result, once there is room for it; false when nobody takes it any more.
    fn next(&self, result: Bytes) -> impl Future<Output = bool> + Send;
}

/// How it ended.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum End {
    /// Everything is told.
    Complete,
    /// It was not executed: the answer with its errors.
    Refused(Bytes),
    /// It is not known any more who asks.
    Unknown(Unknown),
    /// The server stops.
    Stopping,
    /// Nobody takes its results.
    Gone,
}

/// An answer, as it is told.
enum Told {
    /// A result.
    Result(Bytes),
    /// A result that it ends with.
    Last(Bytes),
    /// There is nothing to tell.
    Nothing,
    /// Not now: it is tried again.
    Later,
}

impl Operation {
    /// Answers it.
    pub async fn run(&self, outlet: &impl Outlet) -> End {
        let (position, turn) = (self.app.tail.head(), Arc::new(Turn::default()));
        let first = self.answer(&turn).await;
        self.go_on(first, (position, turn), outlet).await
    }

    /// Goes on after its first answer, in that turn and from that place of changes on.
    pub async fn go_on(
        &self,
        first: Response,
        (position, turn): (i64, Arc<Turn>),
        outlet: &impl Outlet,
    ) -> End {
        match told(first, false).await {
            Ok(Told::Result(result) | Told::Last(result)) => match outlet.next(result).await {
                true => End::Complete,
                false => End::Gone,
            },
            Ok(Told::Nothing | Told::Later) => match turn.followed.get() {
                Some(followed) => self.follow(*followed, (position, turn), outlet).await,
                None => End::Complete,
            },
            Err(end) => end,
        }
    }

    async fn follow(
        &self,
        followed: Followed,
        (position, turn): (i64, Arc<Turn>),
        outlet: &impl Outlet,
    ) -> End {
        let field = name(followed);
        let _counted = Counted::new(field);
        let telling = self.tell(followed, (position, turn), outlet);
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

    async fn tell(
        &self,
        followed: Followed,
        (mut position, mut turn): (i64, Arc<Turn>),
        outlet: &impl Outlet,
    ) -> End {
        loop {
            let is_wanted = |change: &_| followed.concerned(change).is_some();
            let (looked, changes) = match self.app.tail.passed(position, is_wanted).await {
                Ok(passed) => passed,
                Err(Lost::Behind) => {
                    counter!("tributary_subscriptions_dropped_total").increment(1);
                    return match outlet.next(behind()).await {
                        true => End::Complete,
                        false => End::Gone,
                    };
                }
                Err(Lost::Fault(fault)) => {
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
        let turn = Arc::new(before.then(event));
        loop {
            match told(self.answer(&turn).await, true).await? {
                Told::Result(result) => {
                    if !outlet.next(result).await {
                        return Err(End::Gone);
                    }
                    counter!("tributary_subscription_events_total").increment(1);
                    return Ok(turn);
                }
                Told::Last(result) => {
                    let is_told = outlet.next(result).await;
                    return Err(if is_told { End::Complete } else { End::Gone });
                }
                Told::Nothing => return Ok(turn),
                Told::Later => time::sleep(PAUSE).await,
            }
        }
    }

    /// One answer, logged and counted like that of a request.
    async fn answer(&self, turn: &Arc<Turn>) -> Response {
        let id = self.app.database.clock().new_id();
        let named = Named { id, trace: None, method: self.carrier, route: ROUTE };
        observed(&named, self.respond(RequestId(id), turn)).await
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
///
/// # Errors
/// How the operation ends by it.
async fn told(answer: Response, is_event: bool) -> Result<Told, End> {
    let said = answer.extensions();
    if let Some(unknown) = said.get::<Unknown>() {
        return Err(End::Unknown(*unknown));
    }
    if said.get::<Nothing>().is_some() {
        return Ok(Told::Nothing);
    }
    let is_last = said.get::<Last>().is_some();
    let refused = said.get::<Refused>().map(|Refused(code)| *code);
    if is_event && matches!(refused, Some("RATE_LIMITED" | "OVERLOADED" | "ISSUER_UNAVAILABLE")) {
        return Ok(Told::Later);
    }
    // It was written by this program, and is in memory already.
    let body = to_bytes(answer.into_body(), usize::MAX).await.unwrap_or_default();
    match (refused, is_last) {
        (Some(_), _) => Err(End::Refused(body)),
        (None, true) => Ok(Told::Last(body)),
        (None, false) => Ok(Told::Result(body)),
    }
}

/// What is told to whoever has fallen too far behind.
fn behind() -> Bytes {
    let sentence = "more has changed since the last event than is kept: subscribe again, and ask for \
                    what is now";
    let error = json!({ "message": sentence, "extensions": { "code": "RESYNC" } });
    json!({ "errors": [error], "data": null }).to_string().into()
}

fn name(followed: Followed) -> &'static str {
    match followed {
        Followed::Fund { .. } => "fundPositionChanged",
        Followed::Contract(_) | Followed::Contracts => "contractChanged",
        Followed::Approvals => "approvalRequested",
    }
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
