//! What the resolvers of one request share.

use std::sync::Arc;

use async_graphql::{Context, ErrorExtensions};
use tokio::sync::Mutex;
use uuid::Uuid;

use super::{batches::Batches, cursor::CursorKey};
use crate::{
    auth::Viewer,
    database::{Database, Snapshot, took_too_long},
    service::Stopped,
};

/// One request: who asks, and the instant of the database that answers.
#[derive(Clone)]
pub struct Request {
    /// Where writes go.
    pub database: Database,
    /// Names it in what is logged and recorded about it.
    pub id: Uuid,
    /// Who asks; nobody when no token came with it.
    pub viewer: Option<Arc<Viewer>>,
    /// Signs the cursors of lists.
    pub cursors: CursorKey,
    /// What its loaders are about to read.
    pub batches: Batches,
    snapshot: Arc<Mutex<Option<Snapshot>>>,
}

impl Request {
    /// A request that has not read anything yet.
    #[must_use]
    pub fn new(database: Database, id: Uuid, viewer: Option<Viewer>, cursors: CursorKey) -> Self {
        let database = match &viewer {
            Some(viewer) => database.acting_for(viewer),
            None => database,
        };
        Self {
            database,
            id,
            viewer: viewer.map(Arc::new),
            cursors,
            batches: Batches::default(),
            snapshot: Arc::default(),
        }
    }

    /// The one snapshot that this request reads.
    ///
    /// # Errors
    /// When no connection can be had.
    pub async fn snapshot(&self) -> async_graphql::Result<Snapshot> {
        let mut held = self.snapshot.lock().await;
        if let Some(snapshot) = &*held {
            return Ok(snapshot.clone());
        }
        let snapshot = self.database.snapshot().await.map_err(fault)?;
        Ok(held.insert(snapshot).clone())
    }

    /// Lets go of the snapshot: what is read next is as the write left it.
    pub async fn after_write(&self) {
        self.snapshot.lock().await.take();
    }
}

/// What a resolver asks of its context.
pub trait Asked {
    /// The request.
    fn request(&self) -> async_graphql::Result<&Request>;

    /// Who asks.
    ///
    /// # Errors
    /// `UNAUTHENTICATED` when nobody signed in.
    fn viewer(&self) -> async_graphql::Result<&Viewer>;

    /// The database, for writing. The request's snapshot is let go, so that no request holds one
    /// connection while it waits for another.
    fn database(&self) -> async_graphql::Result<&Database>;
}

impl Asked for Context<'_> {
    fn request(&self) -> async_graphql::Result<&Request> {
        self.data::<Request>()
    }

    fn viewer(&self) -> async_graphql::Result<&Viewer> {
        self.request()?.viewer.as_deref().ok_or_else(|| {
            async_graphql::Error::new("sign in, and send the access token as a bearer token")
                .extend_with(|_, extensions| extensions.set("code", "UNAUTHENTICATED"))
        })
    }

    fn database(&self) -> async_graphql::Result<&Database> {
        let request = self.request()?;
        if let Ok(mut held) = request.snapshot.try_lock() {
            held.take();
        }
        Ok(&request.database)
    }
}

/// A fault, told to the caller without its insides; the log has them.
pub fn fault(fault: impl std::fmt::Display) -> async_graphql::Error {
    let fault = fault.to_string();
    let (code, sentence) = if took_too_long(&fault) {
        tracing::warn!(fault, "a statement took longer than its deadline");
        ("DEADLINE_EXCEEDED", "the database took too long, and nothing was written: ask for less")
    } else {
        tracing::error!(fault, "a request failed");
        ("INTERNAL", "something failed here; it was recorded, and nothing was written")
    };
    async_graphql::Error::new(sentence).extend_with(|_, extensions| extensions.set("code", code))
}

/// A refusal of an argument of a query, which has no payload to carry it: `extensions.argument` is the
/// place in the arguments, where there is one.
pub fn stopped(stopped: Stopped) -> async_graphql::Error {
    match stopped {
        Stopped::Fault(why) => fault(why),
        Stopped::Refused(refusal) => {
            let code = super::errors::UserErrorCode::from(refusal.code);
            let code = async_graphql::resolver_utils::enum_value(code).to_string();
            async_graphql::Error::new(refusal.message).extend_with(|_, extensions| {
                extensions.set("code", code.as_str());
                if !refusal.path.is_empty() {
                    extensions.set("argument", refusal.path.clone());
                }
            })
        }
    }
}
