//! Imports: files that are read and taken as a whole, while the caller looks on.

use std::collections::HashMap;

use async_graphql::{
    Context, Enum, ID, InputObject, Object, Result, SimpleObject, dataloader::Loader,
};
use entities::import_job::{self, Model};
use uuid::Uuid;

use super::{
    contract_import::ContractsReport,
    loaders::{LoadFailed, Loading, Scoped},
    node::Kind,
    paging::{PageArguments, page_of},
    payments_report::PaymentsReport,
    request::{Asked, fault},
    scalars::DateTime,
};
use crate::{
    connection, payload,
    service::import_job::{self as jobs, NewImport, Report},
};

/// The importers that there are.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Enum)]
#[graphql(remote = "jobs::Kind")]
pub enum ImportKind {
    /// The collected list of bodies; for the operator alone.
    Organisations,
    /// Who took over from whom; for the operator alone.
    Successors,
    /// Which integrated care board covers which council; for the operator alone.
    IcbLocalAuthority,
    /// The Organisation Data Service's list of trusts; for the operator alone.
    OdsEtr,
    /// The Organisation Data Service's list of commissioners; for the operator alone.
    OdsEccg,
    /// The Office for National Statistics' list of boards; for the operator alone.
    OnsIcbNames,
    /// Councils' returns on adult social care of 2014/15. The operator's.
    AdultSocialCare,
    /// What partners plan to pay in; your own organisation's, or as the host anybody's.
    Contributions,
    /// What funds buy, with budgets and who funds them; the host's.
    Schemes,
    /// What schemes are expected to spend, as new drafts of forecasts; the host's.
    Forecasts,
    /// What public bodies paid, as they publish it: begun by `importPayments`. The host's.
    Payments,
    /// Published notices of contracts: begun by `importContracts`. The co-ordinating commissioner's.
    Contracts,
}

/// How far a job is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Enum)]
#[graphql(remote = "import_job::JobStatus")]
pub enum JobStatus {
    /// Reading, checking or writing.
    Running,
    /// Ended; everything valid was written, or would have been in a dry run.
    Succeeded,
    /// Ended without writing anything.
    Failed,
}

/// A run of an importer. Seen by whoever started it, and by the ADMIN of the organisation.
#[derive(Clone, Debug)]
pub struct ImportJob(pub Model);

/// What came of an import, or would have in a dry run. Seen like its job.
#[derive(Clone, Debug)]
pub struct ImportReport {
    job: Uuid,
    report: Report,
}

/// A line that was not taken. Seen like its job.
#[derive(Clone, Debug, SimpleObject)]
pub struct RejectedLine {
    /// The line of the file, the first being 1.
    pub line: i32,
    /// Why it was not taken.
    pub reason: String,
}

/// Something about a line that somebody should know. Seen like its job.
#[derive(Clone, Debug, SimpleObject)]
pub struct ImportNote {
    /// The line of the file, the first being 1.
    pub line: i32,
    /// What was taken in another way than it is written.
    pub text: String,
}

connection!(
    RejectedLineConnection,
    RejectedLineEdge,
    RejectedLine,
    "lines that were not taken, seen like their job"
);
connection!(
    ImportNoteConnection,
    ImportNoteEdge,
    ImportNote,
    "notes about lines, seen like their job"
);

/// A run of an importer. Seen by whoever started it, and by the ADMIN of the organisation.
#[Object]
impl ImportJob {
    /// The identity, opaque and lasting.
    pub(crate) async fn id(&self) -> ID {
        Kind::Job.id(self.0.id)
    }

    /// Which importer; null of one that this server no longer has.
    async fn kind(&self) -> Option<ImportKind> {
        jobs::Kind::named(&self.0.kind).map(ImportKind::from)
    }

    /// How far it is.
    async fn status(&self) -> JobStatus {
        self.0.status.into()
    }

    /// True when it only checks, and writes nothing.
    async fn is_dry_run(&self) -> bool {
        self.0.is_dry_run
    }

    /// How many lines of data the file has; 0 until that is known.
    async fn rows_total(&self) -> i32 {
        count(self.0.rows_total.unsigned_abs())
    }

    /// How many lines were read so far.
    async fn rows_done(&self) -> i32 {
        count(self.0.rows_done.unsigned_abs())
    }

    /// When it started.
    async fn started_at(&self) -> DateTime {
        self.0.started_at.into()
    }

    /// When it ended; null while it runs.
    async fn finished_at(&self) -> Option<DateTime> {
        self.0.finished_at.map(DateTime::from)
    }

    /// What came of it; null while it runs.
    async fn report(&self) -> Option<ImportReport> {
        Some(ImportReport { job: self.0.id, report: Report::of(&self.0)? })
    }
}

/// What came of an import, or would have in a dry run. Seen like its job.
#[Object]
impl ImportReport {
    /// How many lines brought something that was not there before.
    async fn created(&self) -> i32 {
        count(self.report.created)
    }

    /// How many lines changed something.
    async fn changed(&self) -> i32 {
        count(self.report.changed)
    }

    /// How many lines said nothing new.
    async fn unchanged(&self) -> i32 {
        count(self.report.unchanged)
    }

    /// Why nothing was written at all; null when the file could be read.
    async fn failure(&self) -> Option<&str> {
        self.report.failure.as_deref()
    }

    /// What came of the payments of a payments file; null of other files, and of one that could
    /// not be read.
    async fn payments(&self) -> Option<PaymentsReport> {
        self.report.payments.clone().map(PaymentsReport)
    }

    /// What came of the notices of a file of contracts; null of other files, and of one that could
    /// not be read.
    async fn contracts(&self) -> Option<ContractsReport> {
        self.report.contracts.clone().map(ContractsReport)
    }

    /// The lines that were not taken, in their order.
    async fn rejected(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "How many from the start, at most 100.")] first: Option<i32>,
        #[graphql(desc = "The cursor after which to begin.")] after: Option<String>,
        #[graphql(desc = "How many from the end, at most 100.")] last: Option<i32>,
        #[graphql(desc = "The cursor before which to end.")] before: Option<String>,
    ) -> Result<RejectedLineConnection> {
        let name = format!("rejected lines of {}", self.job);
        let list = ctx.request()?.cursors.list(ctx.viewer()?.holder(), &name, "line", "");
        let lines: Vec<_> = self
            .report
            .rejected
            .iter()
            .map(|line| RejectedLine { line: count(line.line), reason: line.reason.clone() })
            .collect();
        let arguments = PageArguments::of(first, after, last, before);
        page_of(&lines, &arguments, &list, |line| line.line.to_string()).map(RejectedLineConnection)
    }

    /// What somebody should know of lines that were taken, in their order.
    async fn notes(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "How many from the start, at most 100.")] first: Option<i32>,
        #[graphql(desc = "The cursor after which to begin.")] after: Option<String>,
        #[graphql(desc = "How many from the end, at most 100.")] last: Option<i32>,
        #[graphql(desc = "The cursor before which to end.")] before: Option<String>,
    ) -> Result<ImportNoteConnection> {
        let name = format!("notes of {}", self.job);
        let list = ctx.request()?.cursors.list(ctx.viewer()?.holder(), &name, "line", "");
        let notes: Vec<_> = self
            .report
            .notes
            .iter()
            .map(|note| ImportNote { line: count(note.line), text: note.text.clone() })
            .collect();
        let arguments = PageArguments::of(first, after, last, before);
        let key = |note: &ImportNote| format!("{}|{}", note.line, note.text);
        page_of(&notes, &arguments, &list, key).map(ImportNoteConnection)
    }
}

fn count(number: u64) -> i32 {
    i32::try_from(number).unwrap_or(i32::MAX)
}

/// Jobs, looked up.
#[derive(Default)]
pub struct ImportJobQuery;

#[Object]
impl ImportJobQuery {
    /// The import with this identity; null when there is none, or not for you.
    async fn import_job(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The job's identity.")] id: ID,
    ) -> Result<Option<ImportJob>> {
        ctx.viewer()?;
        let Ok(id) = Kind::Job.read(&id, "id") else { return Ok(None) };
        Ok(ctx.loaders()?.load_one(ImportJobById(id)).await?.map(ImportJob))
    }
}

/// Imports, begun.
#[derive(Default)]
pub struct ImportJobMutation;

/// A file to be imported.
#[derive(Clone, Debug, InputObject)]
pub struct ImportFileInput {
    /// By which importer.
    pub kind: ImportKind,
    /// The text of the file: CSV with the importer's columns.
    pub content: String,
    /// Whether to take the other lines when some are rejected; else nothing is written then. A
    /// forecast is always taken whole or not at all.
    #[graphql(default)]
    pub skip_rejected: bool,
    /// Whether to check only, and write nothing.
    #[graphql(default)]
    pub dry_run: bool,
}

payload! {
    /// What came of beginning an import.
    ImportFilePayload {
        /// The job, which goes on by itself; null when it was refused.
        job: ImportJob
    }
}

#[Object]
impl ImportJobMutation {
    /// Begins to import a file, and answers at once with a job to look at. Needs the role ADMIN,
    /// FINANCE or COMMISSIONER. Lists of organisations are the operator's to import.
    async fn import_file(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The file.")] input: ImportFileInput,
    ) -> Result<ImportFilePayload> {
        let ImportFileInput { kind, content, skip_rejected, dry_run } = input;
        let content = content.into_bytes();
        let new = NewImport { kind: kind.into(), content, dry_run, skip_rejected };
        let begun = jobs::start(ctx.database()?, ctx.viewer()?, new).await;
        ctx.request()?.after_write().await;
        ImportFilePayload::answer(begun, ImportJob)
    }
}

/// The import with this identity, if the viewer sees it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct ImportJobById(pub Uuid);

impl Loader<ImportJobById> for Scoped {
    type Value = Model;
    type Error = LoadFailed;

    async fn load(
        &self,
        keys: &[ImportJobById],
    ) -> Result<HashMap<ImportJobById, Model>, LoadFailed> {
        let Some(viewer) = self.0.viewer.as_deref() else { return Ok(HashMap::new()) };
        let ids: Vec<Uuid> = keys.iter().map(|key| key.0).collect();
        let snapshot = self.0.snapshot().await?;
        let rows = jobs::by_ids(snapshot.connection(), viewer, &ids).await.map_err(fault)?;
        Ok(rows.into_iter().map(|row| (ImportJobById(row.id), row)).collect())
    }
}
