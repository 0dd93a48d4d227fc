//! Payments files: what a fund's host paid, as it is published, becomes postings. The user's
//! rules say which payments are whose; they can be tried first.

mod described;
mod input;
mod plan;
mod post;
mod report;

use entities::import_job as job;

use super::{
    Code, Refusal, Stopped,
    import_job::{self, Kind, Run},
    upload,
};
use crate::{
    auth::Viewer,
    database::{Database, Writing},
    import::payments::{self, Payments},
};

pub use described::{Described, layout_named};
pub use input::NewPayments;
pub use report::{PaymentsReport, Tally};

/// What the rules would make of a file. Nothing is written, and the ledger is not asked.
///
/// # Errors
/// As [`start`]; `REJECTED_ROWS` at `upload` of a file that cannot be read at all.
pub async fn try_rules(
    database: &Database,
    viewer: &Viewer,
    new: NewPayments,
) -> Result<PaymentsReport, Stopped> {
    input::check(database, viewer, &new).await?;
    let payments = read(database, viewer, &new).await?;
    let snapshot = database.snapshot().await?;
    let plan = plan::plan(snapshot.connection(), &new, &payments).await?;
    let mut report = plan.report.payments.unwrap_or_default();
    plan.due.iter().for_each(|due| report.posted.add(due.payment.amount));
    Ok(report)
}

/// Begins to import a payments file, and answers with the job, which goes on by itself.
///
/// # Errors
/// `NOT_ALLOWED` to whoever may not post the host's spending; `NOT_FOUND` of the fund, the upload
/// or a scheme; `INVALID_VALUE` of a rule or a layout. What is wrong with the file is in the job's
/// report.
pub async fn start(
    database: &Database,
    viewer: &Viewer,
    new: NewPayments,
) -> Result<job::Model, Stopped> {
    input::check(database, viewer, &new).await?;
    let job = import_job::begin(database, Some(viewer), (Kind::Payments, new.dry_run)).await?;
    let whose = viewer.clone();
    import_job::go_on(database, viewer, &job, async move |run: &Run<'_>| {
        carry_out(run, &whose, &new).await
    });
    Ok(job)
}

/// Imports a payments file, and waits for it to end.
///
/// # Errors
/// As [`start`].
pub async fn import(
    database: &Database,
    viewer: &Viewer,
    new: NewPayments,
) -> Result<job::Model, Stopped> {
    input::check(database, viewer, &new).await?;
    let job = import_job::begin(database, Some(viewer), (Kind::Payments, new.dry_run)).await?;
    let run = Run { database, job: job.id, dry_run: new.dry_run, viewer: Some(viewer) };
    run.to_its_end(carry_out(&run, viewer, &new)).await
}

async fn carry_out(
    run: &Run<'_>,
    viewer: &Viewer,
    new: &NewPayments,
) -> Result<job::Model, Stopped> {
    let payments = read(run.database, viewer, new).await?;
    run.progress(payments.len(), payments.len()).await?;
    let take = async |tx: &Writing| post::post(tx, viewer, new, &payments).await;
    run.write(new.skip_rejected, take).await
}

/// Reads the file, on a thread where nobody waits.
async fn read(
    database: &Database,
    viewer: &Viewer,
    new: &NewPayments,
) -> Result<Payments, Stopped> {
    let content = {
        let snapshot = database.snapshot().await?;
        let now = database.clock().now();
        upload::content(snapshot.connection(), viewer, (new.upload, now)).await?
    };
    let (layout, rules) = (new.layout.clone(), new.rules.clone());
    let reading = tokio::task::spawn_blocking(move || payments::read(&content, &layout, &rules));
    match reading.await {
        Ok(Ok(payments)) => Ok(payments),
        Ok(Err(unreadable)) => {
            Err(Refusal::new(Code::RejectedRows, unreadable).at("upload").into())
        }
        Err(broken) => Err(sea_orm::DbErr::Custom(broken.to_string()).into()),
    }
}
