//! The feed of changes: what changed of what the viewer may see, in the order in which it was committed.

use std::collections::HashMap;

use async_graphql::{Context, Enum, ErrorExtensions, ID, Object, Result, SimpleObject};
use entities::{access::RootKind, change as row};
use futures_util::future::try_join_all;
use uuid::Uuid;

use super::{
    cursor::List,
    node::Kind,
    nodes::{self, Node},
    paging::{PageArguments, PageInfo},
    request::{Asked, Request, fault},
    scalars::{Date, DateTime},
};
use crate::{
    auth::Viewer,
    service::change::{self, Place},
};

/// What happened to something.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Enum)]
#[graphql(name = "ChangeKind", remote = "entities::change::ChangeKind")]
pub enum ChangeKind {
    /// It was made, or is another than it was.
    Changed,
    /// Your view of it begins, or shows more than before: read it, and what is under it, anew.
    Entered,
    /// Your view of it ends, or shows nothing of what comes after: forget it, or keep it as it was.
    Left,
}

/// Something that changed of what you may see.
#[derive(Clone)]
pub struct Change {
    row: row::Model,
    object: (ID, String),
    node: Option<Node>,
}

/// Something that changed of what you may see. Who changed it is not told.
#[Object]
impl Change {
    /// What happened.
    async fn kind(&self) -> ChangeKind {
        self.row.kind.into()
    }

    /// The identity of the thing: of one that has no identity of its own, that of the agreement, fund,
    /// contract, link or delegated budget that it belongs to.
    async fn object_id(&self) -> &ID {
        &self.object.0
    }

    /// The name of that thing's type, such as `PooledFund`.
    async fn object_type(&self) -> &str {
        &self.object.1
    }

    /// The thing as it is now, and not as it was when it changed; null where you do not see it any
    /// more.
    async fn node(&self) -> Option<&Node> {
        self.node.as_ref()
    }

    /// The group of fields that changed, as the matrix of access names it; null of a view that begins
    /// or ends.
    async fn field_group(&self) -> Option<&str> {
        self.row.field_group.as_deref()
    }

    /// The day from which it counts; of a view the day on which it begins or ends.
    async fn effective_on(&self) -> Option<Date> {
        self.row.effective_on.map(Date::from)
    }

    /// When it was recorded.
    async fn recorded_at(&self) -> DateTime {
        self.row.recorded_at.into()
    }
}

/// A page of changes.
pub struct ChangeConnection {
    rows: Vec<(String, Change)>,
    info: PageInfo,
}

/// One of changes, and its place in the feed.
#[derive(SimpleObject)]
pub struct ChangeEdge {
    /// The place in the feed, for `after`.
    pub cursor: String,
    /// The change.
    pub node: Change,
}

/// A page of changes.
#[Object]
impl ChangeConnection {
    /// The changes with their places in the feed.
    async fn edges(&self) -> Vec<ChangeEdge> {
        let edge = |(cursor, node): &(String, Change)| ChangeEdge {
            cursor: cursor.clone(),
            node: node.clone(),
        };
        self.rows.iter().map(edge).collect()
    }

    /// The changes.
    async fn nodes(&self) -> Vec<Change> {
        self.rows.iter().map(|(_, node)| node.clone()).collect()
    }

    /// Where the page lies in the feed. `endCursor` is there of an empty page too: come back with it.
    async fn page_info(&self) -> PageInfo {
        self.info.clone()
    }
}

/// The feed of changes.
#[derive(Default)]
pub struct ChangeQuery;

#[Object]
impl ChangeQuery {
    /// What changed of what you may see, in the order in which it was committed, with nothing skipped
    /// and nothing twice. A cursor is good for as long as changes are kept, which the operator decides,
    /// and for nobody else; then the error RESYNC says to read everything anew from `changesCursor` on.
    async fn changes(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "How many, at most 100.")] first: i32,
        #[graphql(desc = "The cursor after which to begin; left out, the oldest that is kept.")]
        after: Option<String>,
    ) -> Result<ChangeConnection> {
        let viewer = ctx.viewer()?;
        let request = ctx.request()?;
        let list = feed(request, viewer);
        let page = PageArguments::of(Some(first), after.clone(), None, None).request(&list)?;
        let snapshot = request.snapshot().await?;
        let place = change::place(snapshot.connection(), page.after.as_deref()).await;
        let place = place.map_err(fault)?.map_err(|_| resync())?;
        let size = usize::try_from(page.size).unwrap_or(0);
        let mut rows = read(ctx, place, size + 1).await?;
        let has_next_page = rows.len() > size;
        rows.truncate(size);
        let cursor = |change: Change| (list.cursor(&change::cursor(change.row.id)), change);
        let rows: Vec<(String, Change)> = rows.into_iter().map(cursor).collect();
        let end_cursor = match (rows.last(), after) {
            (Some((cursor, _)), _) => Some(cursor.clone()),
            (None, Some(after)) => Some(after),
            (None, None) if size == 0 => None,
            // There is nothing yet: whoever comes back with it is given all that there is then.
            (None, None) => Some(list.cursor(&[viewer.today.into()])),
        };
        let info = PageInfo {
            has_next_page,
            has_previous_page: page.after.is_some(),
            start_cursor: rows.first().map(|(cursor, _)| cursor.clone()),
            end_cursor,
        };
        Ok(ChangeConnection { rows, info })
    }

    /// The cursor of `changes` after everything that there is now. Ask for it in one document with what
    /// you read whole, or before it: what changes later comes after it.
    async fn changes_cursor(&self, ctx: &Context<'_>) -> Result<String> {
        let viewer = ctx.viewer()?;
        let request = ctx.request()?;
        let snapshot = request.snapshot().await?;
        let values = change::cursor_now(snapshot.connection(), viewer).await.map_err(fault)?;
        Ok(feed(request, viewer).cursor(&values))
    }
}

/// The feed as the viewer sees it: its cursors are good for no other, and in no preview.
pub(super) fn feed<'a>(request: &'a Request, viewer: &Viewer) -> List<'a> {
    let previewed_by = viewer.preview.as_ref().map(|preview| preview.by);
    request.cursors.list(viewer.holder(), "changes", "", &format!("{previewed_by:?}"))
}

fn resync() -> async_graphql::Error {
    async_graphql::Error::new(
        "changes after this cursor are not kept any more: ask for `changesCursor`, read what you \
         need anew, and go on from that cursor",
    )
    .extend_with(|_, extensions| extensions.set("code", "RESYNC"))
}

/// The first `wanted` changes after a place, each with its thing. One whose thing the viewer does not
/// see is none to it, unless it says that the view ended.
async fn read(ctx: &Context<'_>, mut place: Place, wanted: usize) -> Result<Vec<Change>> {
    let viewer = ctx.viewer()?;
    let snapshot = ctx.request()?.snapshot().await?;
    let mut found = Vec::new();
    while found.len() < wanted {
        let limit = wanted - found.len();
        let connection = snapshot.connection();
        let rows = change::list(connection, viewer, place, limit as u64).await.map_err(fault)?;
        let is_last = rows.len() < limit;
        let Some(last) = rows.last() else { break };
        place = Place::of(last);
        let roots = change::root_kinds(connection, viewer, &rows).await.map_err(fault)?;
        let told = try_join_all(rows.into_iter().map(|row| told(ctx, &roots, row))).await?;
        found.extend(told.into_iter().flatten());
        if is_last {
            break;
        }
    }
    Ok(found)
}

async fn told(
    ctx: &Context<'_>,
    roots: &HashMap<Uuid, RootKind>,
    row: row::Model,
) -> Result<Option<Change>> {
    let own = Kind::of_node(&row.object_kind).map(|kind| (kind, row.object_id));
    let (kind, of, name) = match (own, row.root_id) {
        (Some((kind, of)), _) => (kind, of, row.object_kind.clone()),
        (None, Some(root)) => {
            // A link that is seen through its contract is no root to which the viewer stands itself.
            let kind = roots.get(&root).copied().unwrap_or(RootKind::Link);
            let name = change::type_name(kind);
            let Some(kind) = Kind::of_node(name) else { return Ok(None) };
            (kind, root, name.to_owned())
        }
        (None, None) => return Ok(None),
    };
    let node = nodes::find(ctx, &kind.id(of)).await?;
    let is_told = node.is_some() || row.kind == row::ChangeKind::Left;
    Ok(is_told.then(|| Change { object: (kind.id(of), name), node, row }))
}
