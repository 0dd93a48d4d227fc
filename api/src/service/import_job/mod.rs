//! Runs of importers: one transaction each, with a job that tells how far it is and what came of
//! it. A file is read and checked first, so that on SQLite the transaction is short.

mod file;
mod kind;
mod report;
mod run;
mod under_way;

use entities::{
    import_job::{self, JobStatus},
    membership::Role,
};
use sea_orm::{ColumnTrait, Condition, ConnectionTrait, DbErr, EntityTrait, QueryFilter};
use uuid::Uuid;

use super::{
    Code, Refusal, Stopped,
    audit::{self, Act, said},
};
use crate::{
    auth::Viewer,
    database::{Database, Writing},
};

use file::{BY_THEMSELVES, File, NOTICES_BY_THEMSELVES};
pub use kind::Kind;
pub use report::{Note, Rejected, Report};
pub(super) use run::Run;
pub(super) use under_way::UnderWay;
pub use under_way::{end_all, running};

/// How many lines are read between two notes of how far the job is.
const LINES_A_STEP: usize = 2_000;

/// What a job says whose work was broken off.
const BROKEN_OFF: &str =
    "the server was stopped before the file was taken; nothing was written: import it again";

/// Why a dry run leaves no act.
const A_DRY_RUN: &str = "the dry run of an import keeps its job and nothing else";

/// A file to be imported.
#[derive(Clone, Debug)]
pub struct NewImport {
    /// By which importer.
    pub kind: Kind,
    /// The file.
    pub content: Vec<u8>,
    /// Whether to check only.
    pub dry_run: bool,
    /// Whether to take the other lines of an organisation's own file where some are rejected.
    /// The lists that everybody shares are always taken so.
    pub skip_rejected: bool,
}

/// Imports a file for the operator, and waits for it to end.
///
/// # Errors
/// A fault of the database. What is wrong with the file is in the job's report.
pub async fn import(database: &Database, new: NewImport) -> Result<import_job::Model, Stopped> {
    let job = begin(database, None, (new.kind, new.dry_run)).await?;
    let run = Run { database, job: job.id, dry_run: new.dry_run, viewer: None };
    run.to_its_end(File { run: &run, new: &new }.carry_out()).await
}

/// Begins to import a file for the viewer, and answers with the job, which goes on by itself.
///
/// # Errors
/// `NOT_ALLOWED` for lists that are the operator's and for payments, which are imported otherwise;
/// without a role that writes, and to a team.
pub async fn start(
    database: &Database,
    viewer: &Viewer,
    new: NewImport,
) -> Result<import_job::Model, Stopped> {
    if new.kind.is_operators() {
        let sentence = "this list is shared by everybody: the operator imports it";
        return Err(Refusal::new(Code::NotAllowed, sentence).at("kind").into());
    }
    if new.kind == Kind::Payments {
        return Err(Refusal::new(Code::NotAllowed, BY_THEMSELVES).at("kind").into());
    }
    if new.kind == Kind::Contracts {
        return Err(Refusal::new(Code::NotAllowed, NOTICES_BY_THEMSELVES).at("kind").into());
    }
    may_import(viewer)?;
    let job = begin(database, Some(viewer), (new.kind, new.dry_run)).await?;
    go_on(database, viewer, &job, async move |run: &Run<'_>| {
        File { run, new: &new }.carry_out().await
    });
    Ok(job)
}

/// Whether the viewer may bring files of its organisation in.
///
/// # Errors
/// `NOT_ALLOWED` without a role that writes, and to a team.
pub(super) fn may_import(viewer: &Viewer) -> Result<(), Refusal> {
    if ![Role::Admin, Role::Finance, Role::Commissioner].into_iter().any(|role| viewer.holds(role))
    {
        let sentence = "importing needs the role ADMIN, FINANCE or COMMISSIONER";
        return Err(Refusal::new(Code::NotAllowed, sentence));
    }
    if viewer.team.is_some() {
        let sentence = "a team imports no files: act as your organisation";
        return Err(Refusal::new(Code::NotAllowed, sentence));
    }
    Ok(())
}

/// Lets a job that was begun go on by itself, to the end of its `work`.
pub(super) fn go_on<W>(database: &Database, viewer: &Viewer, job: &import_job::Model, work: W)
where
    W: AsyncFnOnce(&Run<'_>) -> Result<import_job::Model, Stopped> + Send + 'static,
{
    let (database, viewer, id) = (database.clone(), viewer.clone(), job.id);
    let dry_run = job.is_dry_run;
    // On a thread of its own: reading a large file would keep others waiting.
    let runtime = tokio::runtime::Handle::current();
    let under_way = UnderWay::begin();
    tokio::task::spawn_blocking(move || {
        let run = Run { database: &database, job: id, dry_run, viewer: Some(&viewer) };
        let work = under_way.unless_broken_off(work(&run), BROKEN_OFF);
        if let Err(stopped) = runtime.block_on(run.to_its_end(work)) {
            tracing::error!(%stopped, job = %id, "an import could not be recorded");
        }
    });
}

/// The jobs with these identities that the viewer sees: those of its organisation, to an
/// administrator; to others those that they started; to a team none.
///
/// # Errors
/// A fault of the database.
#[expect(clippy::disallowed_methods, reason = "jobs are found by their organisation and maker")]
pub async fn by_ids(
    connection: &impl ConnectionTrait,
    viewer: &Viewer,
    ids: &[Uuid],
) -> Result<Vec<import_job::Model>, DbErr> {
    let Some(organisation) = viewer.own() else { return Ok(Vec::new()) };
    let mut own = Condition::all().add(import_job::Column::OrganisationId.eq(organisation));
    if !viewer.holds(Role::Admin) {
        own = own.add(match viewer.account {
            Some(account) => import_job::Column::StartedBy.eq(account),
            None => import_job::Column::StartedBy.is_null(),
        });
    }
    import_job::Entity::find()
        .filter(import_job::Column::Id.is_in(ids.iter().copied()))
        .filter(own)
        .all(connection)
        .await
}

/// Begins the job of an importer.
///
/// # Errors
/// A fault of the database.
pub(super) async fn begin(
    database: &Database,
    viewer: Option<&Viewer>,
    what: (Kind, bool),
) -> Result<import_job::Model, Stopped> {
    database.write(false, |tx| async move { begin_in(&tx, viewer, what).await }).await
}

async fn begin_in(
    tx: &Writing,
    viewer: Option<&Viewer>,
    (kind, is_dry_run): (Kind, bool),
) -> Result<import_job::Model, Stopped> {
    let job = import_job::Model {
        id: tx.new_id(),
        organisation_id: viewer.map(|viewer| viewer.organisation),
        started_by: viewer.and_then(|viewer| viewer.account),
        kind: kind.name().to_owned(),
        status: JobStatus::Running,
        is_dry_run,
        rows_total: 0,
        rows_done: 0,
        report: None,
        started_at: tx.now(),
        finished_at: None,
    };
    let job = tx.insert(job).await?;
    if is_dry_run {
        tx.goes_unaudited(A_DRY_RUN);
    } else {
        let act = Act::new(kind.mutation(), "ImportJob", job.id).after(said(&job));
        audit::record(tx, viewer, act).await?;
    }
    Ok(job)
}
