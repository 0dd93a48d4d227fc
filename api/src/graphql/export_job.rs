//! Exports: whole lists, written to a file for integrations.

use std::collections::HashMap;

use async_graphql::{Context, Enum, ID, Object, Result, dataloader::Loader};
use entities::export_job::{self, Model};
use uuid::Uuid;

use super::{
    change::feed,
    loaders::{LoadFailed, Loading, Scoped},
    node::Kind,
    paging::{Page, PageArguments},
    request::{Asked, fault},
    scalars::DateTime,
};
use crate::{
    connection,
    export::bulk,
    service::{change, export_job as jobs},
};

/// The lists that can be exported. Each has the rows and the fields that you see.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Enum)]
#[graphql(remote = "bulk::List")]
pub enum ExportKind {
    /// Organisations, closed ones too.
    Organisations,
    /// Pooled funds.
    PooledFunds,
    /// Contributions, with what is planned and varied.
    Contributions,
    /// Schemes.
    Schemes,
    /// Ledger transactions.
    LedgerTransactions,
    /// The entries of ledger transactions.
    LedgerEntries,
    /// Contracts, as they are today.
    Contracts,
    /// Links of supply chains, with their values in the current year.
    Subcontracts,
}

/// How the rows of an export are written.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Enum)]
#[graphql(remote = "export_job::ExportFormat")]
pub enum ExportFormat {
    /// A JSON object a line, in UTF-8.
    JsonLines,
    /// Comma-separated values (RFC 4180), in UTF-8, with a line of names first.
    Csv,
}

/// How far an export is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Enum)]
#[graphql(remote = "export_job::ExportStatus")]
pub enum ExportStatus {
    /// Waiting for its turn, or being written.
    Running,
    /// Written whole; its file can be downloaded.
    Ready,
    /// Ended without a file.
    Failed,
    /// Given up; there is no file.
    Cancelled,
    /// What you see changed since it was begun, and its file was deleted.
    Stale,
    /// It was kept for as long as it was to be; there is no file any more.
    Expired,
}

/// An export of a list. Seen by whoever started it, and by the ADMIN of the organisation; its file is
/// given to whoever started it alone, in whose view it is.
#[derive(Clone, Debug)]
pub struct Export(pub Model);

connection!(ExportConnection, ExportEdge, Export, "exports, of those that you see");

/// An export of a list. Seen by whoever started it, and by the ADMIN of the organisation; its file is
/// given to whoever started it alone, in whose view it is.
#[Object]
impl Export {
    /// The identity, opaque and lasting.
    pub(crate) async fn id(&self) -> ID {
        Kind::Export.id(self.0.id)
    }

    /// Which list.
    async fn of(&self) -> Option<ExportKind> {
        bulk::List::named(&self.0.kind).map(ExportKind::from)
    }

    /// How its rows are written.
    async fn format(&self) -> ExportFormat {
        self.0.format.into()
    }

    /// The fields of each row, in their order.
    async fn fields(&self) -> Vec<&str> {
        self.0.fields.split(',').collect()
    }

    /// How far it is.
    async fn status(&self) -> ExportStatus {
        self.0.status.into()
    }

    /// Rows written so far.
    async fn rows(&self) -> i32 {
        i32::try_from(self.0.row_count).unwrap_or(i32::MAX)
    }

    /// Bytes written so far, as a decimal number.
    async fn size_bytes(&self) -> String {
        self.0.size_bytes.to_string()
    }

    /// When it was started.
    async fn started_at(&self) -> DateTime {
        self.0.started_at.into()
    }

    /// When it ended; null while it runs.
    async fn finished_at(&self) -> Option<DateTime> {
        self.0.finished_at.map(DateTime::from)
    }

    /// When its file is deleted.
    async fn expires_at(&self) -> DateTime {
        self.0.expires_at.into()
    }

    /// Why there is no file; null unless it failed.
    async fn failure(&self) -> Option<&str> {
        self.0.failure.as_deref()
    }

    /// Where its file is, on this server, for whoever started it: to be fetched with the same bearer
    /// token, whole or by byte ranges. Null unless it is ready.
    async fn download_path(&self) -> Option<String> {
        let is_ready = self.0.status == export_job::ExportStatus::Ready;
        is_ready.then(|| format!("/exports/bulk/{}", Kind::Export.id(self.0.id).as_str()))
    }

    /// The cursor of `changes` for the instant of the export: what changes later comes after it. Null
    /// until it is ready, and where it was made as another organisation or team than you act as.
    async fn changes_cursor(&self, ctx: &Context<'_>) -> Result<Option<String>> {
        let (viewer, request) = (ctx.viewer()?, ctx.request()?);
        let is_own = self.0.holder_id == viewer.holder();
        let kept = self.0.changes_cursor.as_deref().filter(|_| is_own);
        let values = kept.and_then(change::of_kept);
        Ok(values.map(|values| feed(request, viewer).cursor(&values)))
    }
}

/// Exports, looked up.
#[derive(Default)]
pub struct ExportJobQuery;

#[Object]
impl ExportJobQuery {
    /// The export with this identity; null when there is none, or not for you.
    async fn export(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The export's identity.")] id: ID,
    ) -> Result<Option<Export>> {
        ctx.viewer()?;
        let Ok(id) = Kind::Export.read(&id, "id") else { return Ok(None) };
        Ok(ctx.loaders()?.load_one(ExportById(id)).await?.map(Export))
    }

    /// Your own exports, the last first; as its ADMIN all of your organisation's.
    async fn exports(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "How many from the start, at most 100.")] first: Option<i32>,
        #[graphql(desc = "The cursor after which to begin.")] after: Option<String>,
        #[graphql(desc = "How many from the end, at most 100.")] last: Option<i32>,
        #[graphql(desc = "The cursor before which to end.")] before: Option<String>,
    ) -> Result<ExportConnection> {
        let (viewer, request) = (ctx.viewer()?, ctx.request()?);
        let list = request.cursors.list(viewer.holder(), "exports", "", "");
        let page = PageArguments::of(first, after, last, before).request(&list)?;
        let snapshot = request.snapshot().await?;
        let connection = snapshot.connection();
        let cut = jobs::list(connection, viewer, &page).await.map_err(fault)?;
        let total = if ctx.look_ahead().field("totalCount").exists() {
            Some(jobs::count(connection, viewer).await.map_err(fault)?)
        } else {
            None
        };
        let page = Page::new(cut, &list, jobs::place).of_total(total);
        Ok(ExportConnection(page.map(Export)))
    }
}

/// The export with this identity, if the viewer sees it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct ExportById(pub Uuid);

impl Loader<ExportById> for Scoped {
    type Value = Model;
    type Error = LoadFailed;

    async fn load(&self, keys: &[ExportById]) -> Result<HashMap<ExportById, Model>, LoadFailed> {
        let Some(viewer) = self.0.viewer.as_deref() else { return Ok(HashMap::new()) };
        let ids: Vec<Uuid> = keys.iter().map(|key| key.0).collect();
        let snapshot = self.0.snapshot().await?;
        let rows = jobs::by_ids(snapshot.connection(), viewer, &ids).await.map_err(fault)?;
        Ok(rows.into_iter().map(|row| (ExportById(row.id), row)).collect())
    }
}
