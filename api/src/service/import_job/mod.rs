//! Runs of importers: one transaction each, with a job that tells how far it is and what came of
//! it. A file is read and checked first, so that on SQLite the transaction is short.

mod report;

use entities::{
    import_job::{self, JobStatus},
    membership::Role,
};
use sea_orm::{
    ActiveModelTrait, ActiveValue::Set, ColumnTrait, Condition, ConnectionTrait, DbErr,
    EntityTrait, QueryFilter,
};
use uuid::Uuid;

use super::{
    Code, Refusal, Stopped, adult_social_care,
    audit::{self, Act, said},
    fund_import, organisation_import,
};
use crate::{
    auth::Viewer,
    database::{Database, Failure, Writing},
    import::{self, Format, Line, Table},
};

pub use report::{Note, Rejected, Report};

/// How many lines are read between two notes of how far the job is.
const LINES_A_STEP: usize = 2_000;

/// Why a dry run leaves no act.
const A_DRY_RUN: &str = "the dry run of an import keeps its job and nothing else";

/// The importers. To add one: a variant here, its name, its arm in [`Run::carry_out`] and in the
/// GraphQL mirror; its reader in `import`, its function in the noun's service.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Kind {
    /// The collected list of bodies.
    Organisations,
    /// Who took over from whom.
    Successors,
    /// Which board covers which council.
    IcbLocalAuthority,
    /// The Organisation Data Service's list of trusts.
    OdsEtr,
    /// The Organisation Data Service's list of commissioners.
    OdsEccg,
    /// The statistics office's list of boards.
    OnsIcbNames,
    /// What partners plan to pay in.
    Contributions,
    /// What funds buy, and who funds it.
    Schemes,
    /// What schemes are expected to spend.
    Forecasts,
    /// Councils' returns on adult social care of 2014/15.
    AdultSocialCare,
}

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

impl Kind {
    /// Every importer.
    pub const ALL: [Self; 10] = [
        Self::Organisations,
        Self::Successors,
        Self::IcbLocalAuthority,
        Self::OdsEtr,
        Self::OdsEccg,
        Self::OnsIcbNames,
        Self::Contributions,
        Self::Schemes,
        Self::Forecasts,
        Self::AdultSocialCare,
    ];

    /// The name by which the operator calls it, and jobs are kept.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Organisations => "organisations",
            Self::Successors => "successors",
            Self::IcbLocalAuthority => "icb-local-authority",
            Self::OdsEtr => "ods-etr",
            Self::OdsEccg => "ods-eccg",
            Self::OnsIcbNames => "ons-icb-names",
            Self::Contributions => "contributions",
            Self::Schemes => "schemes",
            Self::Forecasts => "forecasts",
            Self::AdultSocialCare => "adult-social-care",
        }
    }

    /// The importer that goes by `name`.
    #[must_use]
    pub fn named(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| kind.name() == name)
    }

    /// True of lists that everybody shares: they are the operator's to import.
    #[must_use]
    pub fn is_operators(self) -> bool {
        match self {
            Self::Organisations
            | Self::Successors
            | Self::IcbLocalAuthority
            | Self::OdsEtr
            | Self::OdsEccg
            | Self::OnsIcbNames
            | Self::AdultSocialCare => true,
            Self::Contributions | Self::Schemes | Self::Forecasts => false,
        }
    }
}

/// Imports a file for the operator, and waits for it to end.
///
/// # Errors
/// A fault of the database. What is wrong with the file is in the job's report.
pub async fn import(database: &Database, new: NewImport) -> Result<import_job::Model, Stopped> {
    let job = begin(database, None, &new).await?;
    Run { database, job: job.id, new: &new, viewer: None }.to_its_end().await
}

/// Begins to import a file for the viewer, and answers with the job, which goes on by itself.
///
/// # Errors
/// `NOT_ALLOWED` for lists that are the operator's, without a role that writes, and to a team.
pub async fn start(
    database: &Database,
    viewer: &Viewer,
    new: NewImport,
) -> Result<import_job::Model, Stopped> {
    if new.kind.is_operators() {
        let sentence = "this list is shared by everybody: the operator imports it";
        return Err(Refusal::new(Code::NotAllowed, sentence).at("kind").into());
    }
    if ![Role::Admin, Role::Finance, Role::Commissioner].into_iter().any(|role| viewer.holds(role))
    {
        let sentence = "importing needs the role ADMIN, FINANCE or COMMISSIONER";
        return Err(Refusal::new(Code::NotAllowed, sentence).into());
    }
    if viewer.team.is_some() {
        let sentence = "a team imports no files: act as your organisation";
        return Err(Refusal::new(Code::NotAllowed, sentence).into());
    }
    let job = begin(database, Some(viewer), &new).await?;
    let (database, viewer, id) = (database.clone(), viewer.clone(), job.id);
    // On a thread of its own: reading a large file would keep others waiting.
    let runtime = tokio::runtime::Handle::current();
    tokio::task::spawn_blocking(move || {
        let run = Run { database: &database, job: id, new: &new, viewer: Some(&viewer) };
        if let Err(stopped) = runtime.block_on(run.to_its_end()) {
            tracing::error!(%stopped, job = %id, "an import could not be recorded");
        }
    });
    Ok(job)
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

async fn begin(
    database: &Database,
    viewer: Option<&Viewer>,
    new: &NewImport,
) -> Result<import_job::Model, Stopped> {
    database.write(false, |tx| async move { begin_in(&tx, viewer, new).await }).await
}

async fn begin_in(
    tx: &Writing,
    viewer: Option<&Viewer>,
    new: &NewImport,
) -> Result<import_job::Model, Stopped> {
    let job = import_job::Model {
        id: tx.new_id(),
        organisation_id: viewer.map(|viewer| viewer.organisation),
        started_by: viewer.and_then(|viewer| viewer.account),
        kind: new.kind.name().to_owned(),
        status: JobStatus::Running,
        is_dry_run: new.dry_run,
        rows_total: 0,
        rows_done: 0,
        report: None,
        started_at: tx.now(),
        finished_at: None,
    };
    let job = tx.insert(job).await?;
    if new.dry_run {
        tx.goes_unaudited(A_DRY_RUN);
    } else {
        let act = Act::new("importFile", "ImportJob", job.id).after(said(&job));
        audit::record(tx, viewer, act).await?;
    }
    Ok(job)
}

/// Why nothing of a file was written.
enum Unwritten {
    /// The transaction came to no end.
    Stopped(Stopped),
    /// Lines were rejected, and the rest is not wanted without them.
    Rejected(Report),
}

impl Failure for Unwritten {
    fn fault(&self) -> Option<&DbErr> {
        match self {
            Self::Stopped(stopped) => stopped.fault(),
            Self::Rejected(_) => None,
        }
    }
}

impl From<DbErr> for Unwritten {
    fn from(fault: DbErr) -> Self {
        Self::Stopped(fault.into())
    }
}

impl From<Stopped> for Unwritten {
    fn from(stopped: Stopped) -> Self {
        Self::Stopped(stopped)
    }
}

/// One run of an importer.
struct Run<'a> {
    database: &'a Database,
    job: Uuid,
    new: &'a NewImport,
    viewer: Option<&'a Viewer>,
}

impl Run<'_> {
    async fn to_its_end(&self) -> Result<import_job::Model, Stopped> {
        let done = self.carry_out().await;
        let failure = match done {
            Ok(job) => return Ok(job),
            Err(Stopped::Refused(refusal)) => refusal.message,
            Err(Stopped::Fault(fault)) => {
                tracing::error!(%fault, job = %self.job, "an import failed");
                "the database failed; nothing was written".to_owned()
            }
        };
        self.end(JobStatus::Failed, &Report { failure: Some(failure), ..Report::default() }).await
    }

    async fn carry_out(&self) -> Result<import_job::Model, Stopped> {
        match self.new.kind {
            Kind::Organisations => {
                self.of::<import::Organisations, _>(organisation_import::bodies).await
            }
            Kind::OdsEtr => self.of::<import::OdsEtr, _>(organisation_import::bodies).await,
            Kind::OdsEccg => self.of::<import::OdsEccg, _>(organisation_import::bodies).await,
            Kind::OnsIcbNames => {
                self.of::<import::OnsIcbNames, _>(organisation_import::bodies).await
            }
            Kind::Successors => {
                self.of::<import::Successors, _>(organisation_import::successions).await
            }
            Kind::IcbLocalAuthority => {
                self.of::<import::IcbLocalAuthority, _>(organisation_import::coverage).await
            }
            Kind::AdultSocialCare => {
                self.of::<import::AdultSocialCare, _>(adult_social_care::take).await
            }
            Kind::Contributions => {
                let viewer = self.viewer()?;
                let take = async |tx: &Writing, lines: &[Line<_>]| {
                    fund_import::contributions(tx, viewer, lines).await
                };
                self.of::<import::Contributions, _>(take).await
            }
            Kind::Schemes => {
                let viewer = self.viewer()?;
                let take = async |tx: &Writing, lines: &[Line<_>]| {
                    fund_import::schemes(tx, viewer, lines).await
                };
                self.of::<import::Schemes, _>(take).await
            }
            Kind::Forecasts => {
                let viewer = self.viewer()?;
                let take = async |tx: &Writing, lines: &[Line<_>]| {
                    fund_import::forecasts(tx, viewer, lines).await
                };
                self.of::<import::Forecasts, _>(take).await
            }
        }
    }

    /// Whose file it is.
    fn viewer(&self) -> Result<&Viewer, Refusal> {
        let sentence = "this file belongs to an organisation: import it as one";
        self.viewer.ok_or_else(|| Refusal::new(Code::NotAllowed, sentence))
    }

    /// Whether the other lines are taken when some are rejected. Of a forecast, what is left out
    /// would count as nothing.
    fn takes_the_rest(&self) -> bool {
        let skip = self.new.skip_rejected && self.new.kind != Kind::Forecasts;
        self.new.kind.is_operators() || skip
    }

    /// Reads the file by its format, and takes its lines in one transaction.
    async fn of<F, T>(&self, take: T) -> Result<import_job::Model, Stopped>
    where
        F: Format,
        T: AsyncFn(&Writing, &[Line<F::Row>]) -> Result<Report, Stopped>,
    {
        let table = Table::read(&self.new.content, F::LAYOUT)
            .map_err(|unreadable| Refusal::new(Code::RejectedRows, unreadable).at("content"))?;
        let (mut lines, mut rejected) = (Vec::new(), Vec::new());
        for start in (0..table.len()).step_by(LINES_A_STEP) {
            for Line { number, row } in table.rows(start, LINES_A_STEP, F::row) {
                match row {
                    Ok(row) => lines.push(Line { number, row }),
                    Err(reason) => rejected.push(Rejected { line: number, reason }),
                }
            }
            self.progress(table.len(), (start + LINES_A_STEP).min(table.len())).await?;
        }
        let dry_run = self.new.dry_run;
        let (take, lines, rejected) = (&take, &lines, &rejected);
        let written = self
            .database
            .write(dry_run, |tx| async move {
                let mut report = take(&tx, lines).await?;
                report.rejected.extend_from_slice(rejected);
                report.rejected.sort_by_key(|rejected| rejected.line);
                report.notes.sort_by_key(|note| note.line);
                if !(report.rejected.is_empty() || self.takes_the_rest()) {
                    return Err(Unwritten::Rejected(report));
                }
                let job = self.finish(&tx, JobStatus::Succeeded, &report).await?;
                Ok((job, report))
            })
            .await;
        match written {
            // A dry run takes back even that it ended.
            Ok((_, report)) if dry_run => self.end(JobStatus::Succeeded, &report).await,
            Ok((job, _)) => Ok(job),
            Err(Unwritten::Stopped(stopped)) => Err(stopped),
            Err(Unwritten::Rejected(report)) => self.end_rejected(report).await,
        }
    }

    /// Ends a job that wrote nothing, because lines were rejected.
    async fn end_rejected(&self, mut report: Report) -> Result<import_job::Model, Stopped> {
        let count = report.rejected.len();
        let sentence = format!("{count} lines cannot be taken, and so nothing was written");
        report.failure = Some(sentence);
        self.end(JobStatus::Failed, &report).await
    }

    async fn progress(&self, total: usize, done: usize) -> Result<(), Stopped> {
        let rows = |count: usize| i64::try_from(count).unwrap_or(i64::MAX);
        let job = import_job::ActiveModel {
            id: Set(self.job),
            rows_total: Set(rows(total)),
            rows_done: Set(rows(done)),
            ..Default::default()
        };
        let job = &job;
        self.database
            .write(false, |tx| async move {
                tx.goes_unaudited("how far an import is lies between the acts of its ends");
                job.clone().update(&*tx).await?;
                Ok(())
            })
            .await
    }

    async fn end(&self, status: JobStatus, report: &Report) -> Result<import_job::Model, Stopped> {
        self.database.write(false, |tx| async move { self.finish(&tx, status, report).await }).await
    }

    async fn finish(
        &self,
        tx: &Writing,
        status: JobStatus,
        report: &Report,
    ) -> Result<import_job::Model, Stopped> {
        let text = serde_json::to_string(report)
            .map_err(|unwritable| DbErr::Json(unwritable.to_string()))?;
        let job = import_job::ActiveModel {
            id: Set(self.job),
            status: Set(status),
            report: Set(Some(text)),
            finished_at: Set(Some(tx.now())),
            ..Default::default()
        };
        let job = job.update(&**tx).await?;
        if job.is_dry_run {
            tx.goes_unaudited(A_DRY_RUN);
            return Ok(job);
        }
        let brief = import_job::Model { report: None, ..job.clone() };
        let after = report.counted(said(&brief));
        let act = Act::new("finishImport", "ImportJob", job.id).after(after);
        audit::record(tx, self.viewer, act).await?;
        Ok(job)
    }
}
