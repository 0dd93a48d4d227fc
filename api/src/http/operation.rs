//! One operation, whatever carried it: by POST, as a link, over a socket or as an event stream. What
//! is executed is never the client's text, but what the gate made of it.

use std::{
    hash::{DefaultHasher, Hash, Hasher},
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
    http::{HeaderMap, HeaderValue, header},
    response::{IntoResponse, Response},
};
use futures_util::{FutureExt, StreamExt};
use gate::{Admitted, OperationKind};
use serde_json::Map;
use tokio::time::timeout;
use tracing::Instrument;

use super::{
    App, answer,
    asked::Asked,
    authorization,
    charge::{Charge, Payer},
    media::Media,
    observe::{Kind, RequestId},
    peer, persisted,
    problem::{self, Problem},
};
use crate::{
    auth::{Network, Viewer},
    graphql::{loaders::loaders, request},
    service::subscription::{Event, Turn},
};

/// The engine's reading of a normal form, kept with it.
type Parsed = parser::Result<ExecutableDocument>;

/// Who asks and how.
pub(super) struct Asking<'a> {
    /// Names the request.
    pub id: RequestId,
    /// What came with it: the authorization, and where it was forwarded from.
    pub headers: &'a HeaderMap,
    /// Where it comes from, or the proxy before it.
    pub peer: SocketAddr,
    /// How problems are written.
    pub media: Media,
    /// How it is carried.
    pub way: Way,
    /// What kind of operation it is, once that is known.
    pub kind: OnceLock<OperationKind>,
    /// Of a subscription, which turn it is.
    pub turn: Option<Arc<Turn>>,
}

/// Beside an answer of a subscription in whose turn there is nothing to tell.
#[derive(Clone, Copy)]
pub(super) struct Nothing;

/// Beside an answer of a subscription that it ends with.
#[derive(Clone, Copy)]
pub(super) struct Last;

/// What may be asked in which way.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Way {
    /// A link, which must not change anything.
    Link,
    /// The body of a request, of which there is one answer.
    Body,
    /// A link, which is answered event by event and must not change anything.
    StreamedLink,
    /// A socket, or the body of a request which is answered event by event.
    Streamed,
}

impl Way {
    /// The same, answered event by event.
    pub fn streamed(self) -> Self {
        match self {
            Self::Link | Self::StreamedLink => Self::StreamedLink,
            Self::Body | Self::Streamed => Self::Streamed,
        }
    }

    /// What a kind of operation cannot be asked by this way for.
    fn refuses(self, kind: OperationKind) -> Option<Problem> {
        match (kind, self) {
            (OperationKind::Mutation, Self::Link | Self::StreamedLink) => {
                Some(Problem::ONLY_QUERIES)
            }
            (OperationKind::Subscription, Self::Link | Self::Body) => Some(Problem::ONLY_STREAMED),
            _ => None,
        }
    }
}

/// Answers within a time, whatever fails, where not too much is under way already.
pub(super) async fn respond(app: &App, asking: &Asking<'_>, asked: &Asked) -> Response {
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
async fn judge(app: &App, asking: &Asking<'_>, asked: &Asked) -> Response {
    let media = asking.media;
    let text = match persisted::text(&app.persisted, asked) {
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
    let kind = *asking.kind.get_or_init(|| prepared.kind());
    if let Some(problem) = asking.way.refuses(kind) {
        let mut response = problem.in_media(media);
        if kind == OperationKind::Mutation {
            response.headers_mut().insert(header::ALLOW, HeaderValue::from_static("POST"));
        }
        return response;
    }
    let admitted = match app.gate.admit(&prepared, asked.variables.as_ref().unwrap_or(&Map::new()))
    {
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
    if is_preview && kind == OperationKind::Mutation {
        return Problem::ONLY_READ.in_media(media);
    }
    let network = peer::network(asking.headers, asking.peer.ip(), app.trusted_proxies);
    let payer = Payer::of(viewer.as_ref(), network);
    let charge = match asking.event() {
        Some(_) => app.budgets.promise(payer, &admitted),
        None => app.budgets.charge(payer, &admitted),
    };
    let charge = match charge {
        Ok(charge) => charge,
        Err(unpaid) => return answer::unpaid(&unpaid, media),
    };
    // What is broken off stays charged: nobody knows what was done of it.
    let execution = tracing::info_span!(target: "tributary::step", "execution");
    let executed = execute(app, (asking, network), (&admitted, &charge), viewer);
    match executed.instrument(execution).await {
        Ok((response, Telling::Told)) => {
            let is_last = asking.turn.is_some() && response.data == Value::Null;
            let answer = answer::executed(response, (&prepared, &admitted), charge, media);
            if is_last { (Extension(Last), answer).into_response() } else { answer }
        }
        Ok((response, Telling::Begun)) => {
            // What is told later is charged then.
            charge.settle(&admitted, &response);
            Extension(Nothing).into_response()
        }
        Ok((_, Telling::Untold)) => Extension(Nothing).into_response(),
        Err(fault) => {
            tracing::error!(%fault, "the engine cannot read what the gate wrote");
            Problem::FAULT.in_media(media)
        }
    }
}

/// What is done with what the engine answered.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Telling {
    /// It is told.
    Told,
    /// A subscription has begun, and tells what comes after.
    Begun,
    /// A subscription has nothing to tell in its turn.
    Untold,
}

/// Has the engine execute what the gate made of a document.
async fn execute(
    app: &App,
    (asking, network): (&Asking<'_>, Network),
    (admitted, charge): (&Admitted, &Charge<'_>),
    viewer: Option<Viewer>,
) -> parser::Result<(async_graphql::Response, Telling)> {
    let turn = asking.turn();
    if admitted.execution.is_empty() {
        // Everything at the root is skipped, which the engine cannot say.
        return Ok((nothing(), Telling::Told));
    }
    let parsed = admitted.execution.parsed::<Parsed>(|text| parse_query(text));
    let document = parsed.as_ref().as_ref().map_err(Clone::clone)?;
    let mut request = Request::new(admitted.execution.text());
    request.set_parsed_query(document.clone());
    request.variables = Variables::from_json(admitted.variables.clone().into());
    let RequestId(id) = asking.id;
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
    let Some(turn) = turn else {
        return Ok((batches.beside(app.schema.execute(request)).await, Telling::Told));
    };
    let mut answers = app.schema.execute_stream(request.data(Arc::clone(turn)));
    Ok(match batches.beside(answers.next()).await {
        Some(answer) if answer.data == Value::Null => (answer, Telling::Told),
        Some(answer) if is_news(turn, &answer) => (answer, Telling::Told),
        Some(answer) => (answer, Telling::Untold),
        None if turn.event.is_none() => (nothing(), Telling::Begun),
        None => (nothing(), Telling::Untold),
    })
}

fn nothing() -> async_graphql::Response {
    async_graphql::Response::new(Value::Object(Default::default()))
}

impl Asking<'_> {
    /// The turn of a subscription; none of other operations, which have none.
    fn turn(&self) -> Option<&Arc<Turn>> {
        let is_subscription = self.kind.get() == Some(&OperationKind::Subscription);
        self.turn.as_ref().filter(|_| is_subscription)
    }

    fn event(&self) -> Option<&Event> {
        self.turn().and_then(|turn| turn.event.as_ref())
    }
}

fn is_news(turn: &Turn, answer: &async_graphql::Response) -> bool {
    let mut hasher = DefaultHasher::new();
    // What cannot be written is told, and fails there.
    serde_json::to_string(&(&answer.data, &answer.errors)).ok().hash(&mut hasher);
    turn.is_news(hasher.finish())
}
