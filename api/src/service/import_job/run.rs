use entities::import_job::{self, JobStatus};
use sea_orm::{ActiveModelTrait, ActiveValue::Set, DbErr};
use uuid::Uuid;

use super::{A_DRY_RUN, Report};
use crate::{
    auth::Viewer,
    database::{Database, Failure, Writing},
    service::{
        Stopped,
        audit::{self, Act, said},
    },
};

/// Why nothing of a file was written.
enum Unwritten {
    /// The transaction came to no end.
    Stopped(Stopped),
    /// Lines were rejected, and the rest is not wanted without them.
    Rejected(Box<Report>),
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
pub struct Run<'a> {
    /// Where it writes.
    pub database: &'a Database,
    /// Its job.
    pub job: Uuid,
    /// Whether it checks only.
    pub dry_run: bool,
    /// For whom; none of the operator.
    pub viewer: Option<&'a Viewer>,
}

impl Run<'_> {
    /// Ends the job as `work` did, or with the reason why it could not be done.
    pub async fn to_its_end(
        &self,
        work: impl Future<Output = Result<import_job::Model, Stopped>>,
    ) -> Result<import_job::Model, Stopped> {
        let failure = match work.await {
            Ok(job) => return Ok(job),
            Err(Stopped::Refused(refusal)) => refusal.message,
            Err(Stopped::Fault(fault)) => {
                tracing::error!(%fault, job = %self.job, "an import failed");
                "the database failed; nothing was written".to_owned()
            }
        };
        self.end(JobStatus::Failed, &Report { failure: Some(failure), ..Report::default() }).await
    }

    /// Takes the lines of a file in one transaction. Where some are rejected nothing is kept,
    /// unless it `takes_the_rest`.
    pub async fn write<T>(
        &self,
        takes_the_rest: bool,
        take: T,
    ) -> Result<import_job::Model, Stopped>
    where
        T: AsyncFn(&Writing) -> Result<Report, Stopped>,
    {
        let (dry_run, take) = (self.dry_run, &take);
        let written = self
            .database
            .write(dry_run, |tx| async move {
                let mut report = take(&tx).await?;
                report.rejected.sort_by_key(|rejected| rejected.line);
                report.notes.sort_by_key(|note| note.line);
                if !(report.rejected.is_empty() || takes_the_rest) {
                    return Err(Unwritten::Rejected(Box::new(report)));
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
            Err(Unwritten::Rejected(report)) => self.end_rejected(*report).await,
        }
    }

    /// Ends a job that wrote nothing, because lines were rejected.
    async fn end_rejected(&self, mut report: Report) -> Result<import_job::Model, Stopped> {
        let count = report.rejected.len();
        let sentence = format!("{count} lines cannot be taken, and so nothing was written");
        report.failure = Some(sentence);
        self.end(JobStatus::Failed, &report).await
    }

    /// Notes how far the job is.
    pub async fn progress(&self, total: usize, done: usize) -> Result<(), Stopped> {
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
