//! Webhooks: an organisation is told by HTTP of what changes in its view, in the order of the feed, at
//! least once, and signed by the scheme of Standard Webhooks (design: api, pulling and pushing; access, V1).

mod failing;
mod guarded;
mod managed;
mod told;

use std::{
    collections::VecDeque,
    sync::{Arc, Mutex},
    time::Duration,
};

use aws_lc_rs::hmac;
use axum::{
    Router,
    body::Bytes,
    extract::State,
    http::{HeaderMap, StatusCode, header},
    response::{IntoResponse, Response},
    routing::post,
};
use base64::{Engine as _, engine::general_purpose::STANDARD};
use entities::membership::Role;
use gate::Terms;
use serde_json::{Value, json};
use tests::{Actor, Books, Engine, World, postgres};
use tributary::{
    database::{self, Database},
    http::{BudgetTerms, Manner, Webhooks},
    service::{audit::seal::seal_now, webhook::Telling},
};

/// What is asked of a webhook.
pub const WEBHOOK: &str = "webhook { id url kinds objectTypes status disabledBecause position \
    deliveredAt failedAt lastError failingSince nextTryAt previousSecretSignsUntil version \
    attempts { messageId isPing changes outcome httpStatus } }";

/// Changes the fund's name, which its partners are told of as one change.
pub async fn changed(books: &Books) {
    let document = "query($id: ID!) { node(id: $id) { ... on PooledFund { version } } }";
    let fund = books.host().send(document, json!({ "id": books.fund })).await.ok();
    let version = fund.at("/node/version");
    let name = json!({
        "id": books.fund, "expectedVersion": version, "name": format!("Name {version}"),
    });
    let _ = books.host().run("updatePooledFund", name, "fund { id }").await.ok();
}

/// How a receiver answers one message.
#[derive(Clone, Debug)]
pub enum Reply {
    /// With this status.
    Status(u16),
    /// With 503, and in how many seconds to come again.
    ComeAgainIn(u64),
    /// That it is elsewhere.
    MovedTo(String),
    /// Not at all.
    Silence,
}

/// A message that was received.
#[derive(Clone, Debug)]
pub struct Message {
    /// `webhook-id`.
    pub id: String,
    /// `webhook-timestamp`.
    pub timestamp: String,
    /// `webhook-signature`.
    pub signatures: String,
    /// The body.
    pub body: String,
    /// With which status it was answered.
    pub status: u16,
}

/// A receiver on this machine: it takes everything with 204 unless it is told otherwise.
#[derive(Clone, Default)]
pub struct Receiver {
    received: Arc<Mutex<Vec<Message>>>,
    replies: Arc<Mutex<VecDeque<Reply>>>,
    address: String,
}

impl Receiver {
    pub async fn listening() -> Self {
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.expect("a free port");
        let address = format!("http://{}/hook", listener.local_addr().expect("an address"));
        let receiver = Self { address, ..Self::default() };
        let router = Router::new().route("/hook", post(receive)).with_state(receiver.clone());
        tokio::spawn(async move { axum::serve(listener, router).await });
        receiver
    }

    /// Where it listens, as a URL with a query.
    pub fn url(&self) -> String {
        format!("{}?token=hidden", self.address)
    }

    /// Answers the next messages so.
    pub fn answers(&self, replies: impl IntoIterator<Item = Reply>) {
        self.replies.lock().expect("replies").extend(replies);
    }

    /// What it received so far.
    pub fn received(&self) -> Vec<Message> {
        self.received.lock().expect("messages").clone()
    }

    /// What it took.
    pub fn taken(&self) -> Vec<Message> {
        self.received().into_iter().filter(|message| message.status == 204).collect()
    }
}

async fn receive(State(receiver): State<Receiver>, headers: HeaderMap, body: Bytes) -> Response {
    let header = |name: &str| {
        headers.get(name).and_then(|value| value.to_str().ok()).unwrap_or_default().to_owned()
    };
    let reply = receiver.replies.lock().expect("replies").pop_front();
    let reply = reply.unwrap_or(Reply::Status(204));
    let status = match &reply {
        Reply::Status(status) => *status,
        Reply::ComeAgainIn(_) => 503,
        Reply::MovedTo(_) => 302,
        Reply::Silence => 0,
    };
    receiver.received.lock().expect("messages").push(Message {
        id: header("webhook-id"),
        timestamp: header("webhook-timestamp"),
        signatures: header("webhook-signature"),
        body: String::from_utf8(body.to_vec()).expect("UTF-8"),
        status,
    });
    let code = StatusCode::from_u16(status).unwrap_or(StatusCode::OK);
    match reply {
        Reply::Status(_) => (code, "what the receiver writes".repeat(1_000)).into_response(),
        Reply::ComeAgainIn(seconds) => {
            (code, [(header::RETRY_AFTER, seconds.to_string())]).into_response()
        }
        Reply::MovedTo(url) => (code, [(header::LOCATION, url)]).into_response(),
        Reply::Silence => std::future::pending().await,
    }
}

impl Message {
    /// What it says.
    pub fn said(&self) -> Value {
        serde_json::from_str(&self.body).expect("JSON")
    }

    /// The changes that it tells of.
    pub fn changes(&self) -> Vec<Value> {
        self.said()["data"]["changes"].as_array().expect("changes").clone()
    }

    /// Which of its signatures a secret makes, computed as the scheme is written.
    pub fn is_signed_by(&self, secret: &str) -> bool {
        let key = secret.strip_prefix("whsec_").expect("a secret of the scheme");
        let key = STANDARD.decode(key).expect("base64");
        assert!((24..=64).contains(&key.len()), "{} bytes", key.len());
        let key = hmac::Key::new(hmac::HMAC_SHA256, &key);
        let signed = format!("{}.{}.{}", self.id, self.timestamp, self.body);
        let tag = hmac::sign(&key, signed.as_bytes());
        let expected = format!("v1,{}", STANDARD.encode(tag));
        self.signatures.split(' ').any(|signature| signature == expected)
    }
}

/// A server whose webhooks may lead to this machine, and who tells them.
pub struct Post {
    /// Where the server answers.
    pub address: String,
    /// Who tells.
    pub telling: Arc<Telling>,
}

impl Post {
    pub async fn of(world: &World) -> Self {
        Self::in_manner(world, Webhooks { is_private_allowed: true, ..Webhooks::default() }).await
    }

    pub async fn in_manner(world: &World, webhooks: Webhooks) -> Self {
        let deadline = Duration::from_secs(60);
        // The world's clock stands still, and so would restore nobody's budget.
        let clients = Terms { capacity: u32::MAX, restored_per_second: 1 };
        let budgets = BudgetTerms { clients, ..BudgetTerms::default() };
        let manner = Manner { webhooks, deadline, budgets, ..Manner::default() };
        let (app, address) = world.serve_in(manner).await;
        let telling = app.telling(jobs(world).await);
        Self { address, telling }
    }

    /// An ADMIN of an organisation, at this server.
    pub async fn admin(&self, world: &World, of: &Actor) -> Actor {
        let actor = world.actor(of.organisation, &[Role::Admin, Role::Finance]).await;
        actor.elsewhere(&self.address)
    }

    /// Gives everybody a turn, a second later, once what was done has its place, and answers how many
    /// messages were sent.
    pub async fn tell(&self, world: &World) -> usize {
        world.pass(1);
        let _ = seal_now(&world.database).await.expect("sealed");
        self.telling.tell_once().await.expect("told")
    }
}

/// The database as background jobs have it.
pub async fn jobs(world: &World) -> Database {
    if world.engine == Engine::Sqlite {
        return world.database.clone();
    }
    let clock = world.database.clock().clone();
    let jobs = database::open(&postgres::as_jobs(&world.url), false, clock).await;
    jobs.expect("the jobs' role")
}

/// Makes a webhook, and answers its identity and its secret.
pub async fn made(admin: &Actor, input: Value) -> (String, String) {
    let made = admin.run("createWebhook", input, &format!("{WEBHOOK} secret")).await.ok();
    let id = made.text("/createWebhook/webhook/id").to_owned();
    (id, made.text("/createWebhook/secret").to_owned())
}

/// What a webhook says of itself.
pub async fn of(admin: &Actor, id: &str) -> Value {
    let fields = WEBHOOK.trim_start_matches("webhook {").trim_end_matches('}');
    let answer = admin.ask(&format!(r#"{{ webhook(id: "{id}") {{ {fields} }} }}"#)).await.ok();
    answer.at("/webhook").clone()
}

/// What the feed tells after a cursor, as a message tells it, and the cursor after it.
pub async fn fed(actor: &Actor, after: &str) -> (Vec<Value>, String) {
    let document = "query($after: String) { changes(after: $after, first: 100) {
        nodes { kind objectId objectType fieldGroup effectiveOn recordedAt }
        pageInfo { endCursor } } }";
    let answer = actor.send(document, json!({ "after": after })).await.ok();
    let rows = answer.at("/changes/nodes").as_array().expect("changes").clone();
    (rows, answer.text("/changes/pageInfo/endCursor").to_owned())
}

/// The cursor of now.
pub async fn now(actor: &Actor) -> String {
    actor.ask("{ changesCursor }").await.ok().text("/changesCursor").to_owned()
}
