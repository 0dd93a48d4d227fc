//! The feed of changes for webhooks: read by the very functions that answer `changes`, in a schema of its
//! own that nobody is served.

use async_graphql::{
    Context, EmptyMutation, EmptySubscription, Json, Object, Request as Document, Result, Schema,
};
use async_trait::async_trait;
use sea_orm::DbErr;

use super::{
    change::{self as changes, Change},
    cursor::CursorKey,
    loaders::loaders,
    request::{Asked as _, Request, fault},
};
use crate::{
    auth::Viewer,
    database::Database,
    service::{
        Stopped,
        change::{self, Place},
        webhook::{Asked, Feed, Read},
    },
};

/// The feed of changes as it is read for webhooks.
pub struct WebhookFeed {
    database: Database,
    cursors: CursorKey,
    schema: Schema<Inside, EmptyMutation, EmptySubscription>,
}

/// What is asked for inside.
struct Inside;

#[Object]
impl Inside {
    async fn read(&self, ctx: &Context<'_>) -> Result<Json<Read>> {
        let asked = *ctx.data::<Asked>()?;
        let (viewer, request) = (ctx.viewer()?, ctx.request()?);
        let snapshot = request.snapshot().await?;
        let mark = change::mark(snapshot.connection()).await.map_err(fault)?;
        if asked.after < mark.floor {
            return Ok(Json(Read::Lost));
        }
        let found = changes::read(ctx, Place::at(asked.after), asked.most).await?;
        let is_whole = found.len() < asked.most;
        let until = asked.until.unwrap_or(mark.head);
        let within = |change: &Change| change.place() <= until;
        let told: Vec<Change> = found.into_iter().filter(within).collect();
        let last = told.last();
        let until = match last {
            Some(last) if !is_whole => last.place(),
            _ => until,
        };
        let list = changes::feed(request, viewer);
        Ok(Json(Read::Told {
            cursor: last.map(|last| list.cursor(&change::cursor(last.id()))),
            last: last.map(Change::id),
            changes: told.iter().map(Change::told).collect(),
            until,
        }))
    }
}

impl WebhookFeed {
    /// The feed of a database, as the role that answers requests reads it, with cursors as its server
    /// signs them.
    #[must_use]
    pub fn new(database: Database, cursors: CursorKey) -> Self {
        let schema = Schema::new(Inside, EmptyMutation, EmptySubscription);
        Self { database, cursors, schema }
    }
}

#[async_trait]
impl Feed for WebhookFeed {
    async fn read(&self, viewer: &Viewer, asked: Asked) -> Result<Read, Stopped> {
        let (database, cursors) = (self.database.clone(), self.cursors.clone());
        let request = Request::new(database, viewer.request, Some(viewer.clone()), cursors);
        let batches = request.batches.clone();
        let document = Document::new("{ read }").data(asked);
        let document = document.data(loaders(request.clone())).data(request);
        let answer = batches.beside(self.schema.execute(document)).await;
        let failed = |why: String| Stopped::Fault(DbErr::Custom(why));
        if let Some(error) = answer.errors.first() {
            return Err(failed(format!("the feed cannot be read: {}", error.message)));
        }
        let read = answer
            .data
            .into_json()
            .and_then(|mut data| serde_json::from_value(data["read"].take()));
        read.map_err(|why| failed(why.to_string()))
    }
}
