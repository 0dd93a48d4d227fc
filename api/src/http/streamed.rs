//! An operation that is answered event by event, over a socket or as an event stream.

use std::{
    net::SocketAddr,
    sync::{Arc, OnceLock},
};

use axum::{
    body::{Bytes, to_bytes},
    http::HeaderMap,
    response::Response,
};

use super::{
    App,
    asked::Asked,
    authorization::Unknown,
    media::Media,
    observe::{Named, Refused, RequestId, observed},
    operation::{Asking, Way, respond},
};

/// The route of what sockets and event streams carry, as it is logged and counted.
const ROUTE: &str = "/graphql";

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
    /// Nobody takes its results.
    Gone,
}

impl Operation {
    /// Answers it.
    pub async fn run(&self, outlet: &impl Outlet) -> End {
        let first = self.answer().await;
        self.go_on(first, outlet).await
    }

    /// Goes on after its first answer.
    pub async fn go_on(&self, first: Response, outlet: &impl Outlet) -> End {
        match told(first).await {
            Ok(result) => match outlet.next(result).await {
                true => End::Complete,
                false => End::Gone,
            },
            Err(end) => end,
        }
    }

    /// One answer, logged and counted like that of a request.
    async fn answer(&self) -> Response {
        let id = self.app.database.clock().new_id();
        let named = Named { id, trace: None, method: self.carrier, route: ROUTE };
        observed(&named, self.respond(RequestId(id))).await
    }

    /// One answer, which somebody else logs and counts.
    pub async fn respond(&self, id: RequestId) -> Response {
        let Self { headers, peer, way, .. } = self;
        let (media, kind) = (Media::GraphqlResponse, OnceLock::new());
        let asking = Asking { id, headers, peer: *peer, media, way: *way, kind };
        respond(&self.app, &asking, &self.asked).await
    }
}

/// The result that an answer is.
///
/// # Errors
/// When it is none: how the operation ends.
async fn told(answer: Response) -> Result<Bytes, End> {
    if let Some(unknown) = answer.extensions().get::<Unknown>() {
        return Err(End::Unknown(*unknown));
    }
    let is_refused = answer.extensions().get::<Refused>().is_some();
    // It was written by this program, and is in memory already.
    let body = to_bytes(answer.into_body(), usize::MAX).await.unwrap_or_default();
    if is_refused { Err(End::Refused(body)) } else { Ok(body) }
}

