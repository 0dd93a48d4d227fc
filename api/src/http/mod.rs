//! Routes and layers: GraphQL over HTTP, sockets and event streams, uploads, exports, spreadsheets, the
//! explorer, probes, published keys, "view as".

mod actual;
mod answer;
mod asked;
mod authorization;
mod charge;
mod cors;
mod demonstration;
mod events;
mod explorer;
mod export_budget;
mod export_file;
mod export_range;
mod exports;
mod graphql;
mod media;
pub mod metrics;
mod names;
mod observe;
mod operation;
mod peer;
mod persisted;
mod probes;
mod problem;
mod socket;
mod streamed;
mod traced;
mod uploads;

use std::{
    io,
    net::SocketAddr,
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
    time::Duration,
};

use axum::{
    Router,
    extract::DefaultBodyLimit,
    http::StatusCode,
    middleware,
    routing::{get, post},
};
use gate::{Gate, Persisted};
use tokio::{
    net::TcpListener,
    sync::{Semaphore, oneshot},
    time,
};
use tower_http::{compression::CompressionLayer, timeout::TimeoutLayer};
use uuid::Uuid;

use crate::{
    auth::{Keys, attempts::Attempts, issuer::Issuers},
    database::Database,
    graphql::{
        DRY_RUN, SERVED, TributarySchema, cursor::CursorKey, schema, webhook_feed::WebhookFeed,
    },
    service::{
        change::{Hub, Tail},
        export_job::Budget,
        installation::{self, NotReady},
        webhook::{Names, Secrets, Sender, Telling},
    },
};
pub use charge::{BudgetTerms, Budgets};
pub use cors::{NotAnOrigin, Origin};
pub use persisted::NotPersisted;
use problem::Problem;
pub use socket::{Seats, SocketTerms};

/// The largest body that is read.
const LARGEST_BODY: usize = 256 * 1024;
/// How long a request may take to be sent, beside the time that it is worked at.
const LONGEST_SENDING: Duration = Duration::from_secs(20);
/// How long a file may take to be sent.
const LONGEST_UPLOAD: Duration = Duration::from_secs(5 * 60);
/// The largest file that is kept, unless the operator says otherwise.
pub const LARGEST_UPLOAD_BYTES: usize = 64 * 1024 * 1024;
/// How long a request may be worked at once it is read, unless the operator says otherwise.
pub const DEADLINE: Duration = Duration::from_secs(10);
/// How many requests are worked at, at a time, unless the operator says otherwise.
pub const MOST_REQUESTS: usize = 256;
/// How long requests that are under way may take to end when the server is told to, unless the
/// operator says otherwise.
pub const LONGEST_FAREWELL: Duration = Duration::from_secs(15);

/// The target of spans and events that are a part of a request's trace, and no lines of the log.
pub const STEP: &str = "tributary::step";
/// How long the files of exports are kept, unless the operator says otherwise.
pub const EXPORTS_KEPT: Duration = Duration::from_secs(24 * 3_600);

/// How many messages to webhooks are under way at once, unless the operator says otherwise.
pub const WEBHOOKS_AT_ONCE: usize = 16;

/// What is asked again and again by machines.
const LIVE: &str = "/health/live";
const READY: &str = "/health/ready";

/// What every request shares.
pub struct App {
    /// Where everything is.
    pub database: Database,
    /// What documents pass before they are executed.
    pub gate: Gate,
    /// What everybody may still ask for.
    pub budgets: Arc<Budgets>,
    /// The documents that requests name by identifiers.
    pub persisted: Persisted,
    /// What can be asked.
    pub schema: TributarySchema,
    /// Who signs and verifies access tokens.
    pub keys: Arc<Keys>,
    /// Whose tokens are accepted beside its own.
    pub issuers: Arc<Issuers>,
    /// What failed lately of those who want to be let in.
    pub attempts: Arc<Attempts>,
    /// How many proxies stand before this server, each of which adds to `X-Forwarded-For`.
    pub trusted_proxies: usize,
    /// Where to wait for changes.
    pub hub: Hub,
    /// Signs the cursors of lists.
    pub cursors: CursorKey,
    /// True when anybody may "view as".
    pub is_demonstration: bool,
    /// From where pages may read answers.
    pub allowed_origins: Vec<Origin>,
    /// The largest file that is kept.
    pub largest_upload_bytes: usize,
    /// The turns of files that are being received.
    pub uploads: Semaphore,
    /// How long a request may be worked at once it is read.
    pub deadline: Duration,
    /// The turns of requests that are worked at.
    pub turns: Semaphore,
    /// How long requests that are under way may take to end when the server is told to.
    pub farewell: Duration,
    /// The sockets and event streams that are open.
    pub seats: Arc<Seats>,
    /// The last changes, for those who follow them.
    pub tail: Tail,
    /// How long the files of exports are kept.
    pub exports_kept: Duration,
    /// Who sends to webhooks.
    pub sender: Sender,
    /// What signs what is sent to them.
    pub secrets: Secrets,
    webhooks_at_once: usize,
    is_stopping: AtomicBool,
}

/// How the operator wants it served.
#[derive(Clone, Debug)]
pub struct Manner {
    /// How many proxies stand before this server.
    pub trusted_proxies: usize,
    /// The largest file that is kept.
    pub largest_upload_bytes: usize,
    /// How documents are judged.
    pub gate: gate::Settings,
    /// How much may be asked for.
    pub budgets: BudgetTerms,
    /// How long a request may be worked at once it is read.
    pub deadline: Duration,
    /// How many requests are worked at, at a time.
    pub most_requests: usize,
    /// How long requests that are under way may take to end when the server is told to.
    pub farewell: Duration,
    /// What sockets and event streams may take.
    pub sockets: SocketTerms,
    /// The documents that requests name by identifiers.
    pub persisted: Persisted,
    /// From where pages may read answers.
    pub allowed_origins: Vec<Origin>,
    /// Whose tokens are accepted beside this program's own.
    pub issuers: Arc<Issuers>,
    /// How long the files of exports are kept.
    pub exports_kept: Duration,
    /// How webhooks are told.
    pub webhooks: Webhooks,
}

/// How webhooks are told.
#[derive(Clone, Debug)]
pub struct Webhooks {
    /// How names become addresses.
    pub names: Names,
    /// Whether they may lead anywhere, without TLS too: for development.
    pub is_private_allowed: bool,
    /// How many messages are under way at once.
    pub at_once: usize,
}

impl Default for Webhooks {
    fn default() -> Self {
        Self { names: Names::system(), is_private_allowed: false, at_once: WEBHOOKS_AT_ONCE }
    }
}

/// Why nothing can be served.
#[derive(Debug, thiserror::Error)]
pub enum Unready {
    /// The database is not ready.
    #[error(transparent)]
    Database(#[from] NotReady),
    /// A persisted document could not be executed.
    #[error(transparent)]
    Persisted(#[from] NotPersisted),
    /// Nothing could be sent.
    #[error("webhooks cannot be told: {0}")]
    Sender(#[from] reqwest::Error),
}

impl Default for Manner {
    fn default() -> Self {
        Self {
            trusted_proxies: 0,
            largest_upload_bytes: LARGEST_UPLOAD_BYTES,
            gate: gate::Settings::default(),
            budgets: BudgetTerms::default(),
            deadline: DEADLINE,
            most_requests: MOST_REQUESTS,
            farewell: LONGEST_FAREWELL,
            sockets: SocketTerms::default(),
            persisted: Persisted::default(),
            allowed_origins: Vec::new(),
            issuers: Arc::default(),
            exports_kept: EXPORTS_KEPT,
            webhooks: Webhooks::default(),
        }
    }
}

impl App {
    /// Makes ready to serve a database that was set up before, in the usual manner.
    ///
    /// # Errors
    /// When it is not set up, older or newer than this program, or has no signing key.
    pub async fn prepare(database: Database) -> Result<Arc<Self>, Unready> {
        Self::prepare_in(database, Manner::default()).await
    }

    /// The same, in the manner that the operator wants.
    ///
    /// # Errors
    /// When it is not set up, older or newer than this program, or has no signing key.
    /// When it is not set up, older or newer than this program, or has no signing key; when a
    /// persisted document may not be executed.
    pub async fn prepare_in(database: Database, manner: Manner) -> Result<Arc<Self>, Unready> {
        let Manner { trusted_proxies, largest_upload_bytes, gate, persisted, .. } = manner;
        let gate = gate::Settings { dry_run: Some(DRY_RUN.clone()), ..gate };
        let budgets = Budgets::new(manner.budgets, gate.mode, database.clock().clone());
        let gate = Gate::new(SERVED.clone(), gate);
        persisted::check(&persisted, &gate)?;
        let installation = installation::read(&database).await?;
        let Webhooks { names, is_private_allowed, at_once } = manner.webhooks;
        let hub = Hub::open(database.clone()).await.map_err(NotReady::from)?;
        Ok(Arc::new(Self {
            gate,
            budgets: Arc::new(budgets),
            persisted,
            schema: schema(),
            keys: Arc::new(Keys::open(database.clone()).await.map_err(NotReady::from)?),
            cursors: CursorKey::new(&installation.cursor_secret),
            is_demonstration: installation.is_demonstration,
            attempts: Arc::new(Attempts::new(database.clock().clone())),
            trusted_proxies,
            allowed_origins: manner.allowed_origins,
            issuers: manner.issuers,
            largest_upload_bytes,
            uploads: Semaphore::new(uploads::AT_A_TIME),
            deadline: manner.deadline,
            turns: Semaphore::new(manner.most_requests.min(Semaphore::MAX_PERMITS)),
            farewell: manner.farewell,
            exports_kept: manner.exports_kept,
            sender: Sender::new(names, is_private_allowed)?,
            secrets: Secrets::new(&installation.cursor_secret),
            webhooks_at_once: at_once,
            seats: Seats::new(manner.sockets),
            is_stopping: AtomicBool::new(false),
            tail: Tail::new(database.clone(), hub.clone()),
            hub,
            database,
        }))
    }

    /// From now on it is not ready: whoever sends requests here is to send them elsewhere.
    pub fn stop_being_ready(&self) {
        self.is_stopping.store(true, Ordering::Release);
    }

    /// Who tells webhooks what changes; how far they are is kept by `jobs`.
    #[must_use]
    pub fn telling(&self, jobs: Database) -> Arc<Telling> {
        let feed = WebhookFeed::new(self.database.clone(), self.cursors.clone());
        Arc::new(Telling {
            database: self.database.clone(),
            jobs,
            feed: Arc::new(feed),
            sender: self.sender.clone(),
            secrets: self.secrets.clone(),
            at_once: self.webhooks_at_once.max(1),
        })
    }

    /// What a client may still ask for, of which its exports are paid.
    fn export_budget(&self, client: (Uuid, Option<Uuid>)) -> Arc<dyn Budget> {
        let (budgets, kept) = (Arc::clone(&self.budgets), self.exports_kept);
        Arc::new(export_budget::ExportBudget { budgets, client, kept })
    }

    /// True when it was told to stop.
    #[must_use]
    pub fn is_stopping(&self) -> bool {
        self.is_stopping.load(Ordering::Acquire)
    }
}

/// The table of contents of the server.
pub fn router(app: Arc<App>) -> Router {
    let mut routes = Router::new()
        .route("/", get(explorer::page))
        .route("/explorer/{*path}", get(explorer::asset))
        .route("/graphql", post(graphql::post).get(graphql::get))
        .route("/exports/{kind}/{file}", get(exports::get))
        .route(LIVE, get(probes::live))
        .route(READY, get(probes::ready))
        .route("/.well-known/jwks.json", get(probes::keys));
    if app.is_demonstration {
        routes = routes
            .route("/demonstration/identities", get(demonstration::identities))
            .route("/demonstration/token", post(demonstration::token));
    }
    let uploads = Router::new()
        .route("/exports/bulk/{id}", get(export_file::get))
        .route("/uploads", post(uploads::post))
        .layer(TimeoutLayer::with_status_code(StatusCode::REQUEST_TIMEOUT, LONGEST_UPLOAD));
    let routes = routes
        .fallback(async || Problem::NOT_FOUND)
        .layer(DefaultBodyLimit::max(LARGEST_BODY))
        .layer(TimeoutLayer::with_status_code(
            StatusCode::REQUEST_TIMEOUT,
            LONGEST_SENDING.saturating_add(app.deadline),
        ))
        .merge(uploads);
    // Without one, nothing at all is said of origins, and no browser lets a page read an answer.
    let routes = match app.allowed_origins.as_slice() {
        [] => routes,
        origins => routes.layer(cors::layer(origins)),
    };
    routes
        .layer(CompressionLayer::new())
        .layer(middleware::from_fn_with_state(app.clone(), observe::observe))
        .with_state(app)
}

/// Serves until `shutdown`; what is under way then may end, within a time.
///
/// # Errors
/// When the listener fails.
pub async fn serve(
    listener: TcpListener,
    app: Arc<App>,
    shutdown: impl Future<Output = ()> + Send + 'static,
) -> io::Result<()> {
    let (tell, told) = oneshot::channel();
    let (serving, seats) = (Arc::clone(&app), Arc::clone(&app.seats));
    let router = router(Arc::clone(&app)).into_make_service_with_connect_info::<SocketAddr>();
    let served = axum::serve(listener, router).with_graceful_shutdown(async move {
        shutdown.await;
        serving.stop_being_ready();
        serving.seats.stop();
        // Nobody listens when the server has failed meanwhile.
        let _ = tell.send(());
    });
    let impatience = async {
        match told.await {
            Ok(()) => time::sleep(app.farewell).await,
            Err(_) => std::future::pending().await,
        }
    };
    let hub = app.hub.clone();
    let ended = async {
        served.await?;
        // What became a socket is no request any more, and is waited for as one.
        seats.ended().await;
        Ok(())
    };
    tokio::select! {
        served = ended => served,
        never = hub.follow() => match never {},
        () = impatience => {
            tracing::warn!("requests were under way when the time to end them was over");
            Ok(())
        }
    }
}
