//! Published notices, taken in as contracts: what a notice says is held against what its earlier
//! releases said here, and only what differs is recorded, as facts dated by the release. What was
//! recorded otherwise stays (rule C8).

mod known;
mod parties;
mod report;
mod stands;
mod take;
mod term;
mod write;

use entities::import_job as job;
use uuid::Uuid;

use super::{
    Code, Refusal, Stopped,
    import_job::{self, Kind, Run},
    upload,
};
use crate::{
    auth::Viewer,
    database::{Database, Writing},
    import::ocds::{self, Notices},
};

pub use report::{ContractsReport, FindingCount};

/// A file of notices to be imported for an organisation.
#[derive(Clone, Debug)]
pub struct NewContractImport {
    /// The file.
    pub upload: Uuid,
    /// How the file names the organisation where it gives no code of its: names, or codes of the
    /// publisher.
    pub buyer_is: Vec<String>,
    /// Whether to take the other releases when some are rejected.
    pub skip_rejected: bool,
    /// Whether to check only.
    pub dry_run: bool,
}

/// Who imports: whose contracts they become, and what is known of earlier imports.
#[derive(Clone, Copy)]
enum Importer<'a> {
    /// The operator, for everybody.
    Operator,
    /// An organisation, of contracts that it co-ordinates.
    Organisation(&'a Viewer, &'a [String]),
}

/// The most ways in which a file names the organisation.
const MOST_NAMES: usize = 50;

impl<'a> Importer<'a> {
    fn viewer(self) -> Option<&'a Viewer> {
        match self {
            Self::Operator => None,
            Self::Organisation(viewer, _) => Some(viewer),
        }
    }

    /// By which its rows are told from others'.
    fn key(self) -> String {
        self.viewer().map_or_else(|| "operator".to_owned(), |it| it.organisation.to_string())
    }
}

/// Begins to import a file of notices for the viewer's organisation, and answers with the job, which
/// goes on by itself.
///
/// # Errors
/// `NOT_ALLOWED` without the role COMMISSIONER or ADMIN, and to a team; `NOT_FOUND` of the upload;
/// `INVALID_VALUE` of `buyerIs`. What is wrong with the file is in the job's report.
pub async fn start(
    database: &Database,
    viewer: &Viewer,
    new: NewContractImport,
) -> Result<job::Model, Stopped> {
    viewer.actor().may_import_contracts()?;
    if new.buyer_is.len() > MOST_NAMES {
        let sentence = format!("name your organisation in at most {MOST_NAMES} ways");
        return Err(Refusal::new(Code::InvalidValue, sentence).at("buyerIs").into());
    }
    {
        let snapshot = database.snapshot().await?;
        let now = database.clock().now();
        upload::exists(snapshot.connection(), viewer, (new.upload, now)).await?;
    }
    let job = import_job::begin(database, Some(viewer), (Kind::Contracts, new.dry_run)).await?;
    let whose = viewer.clone();
    import_job::go_on(database, viewer, &job, async move |run: &Run<'_>| {
        carry_out(run, &whose, &new).await
    });
    Ok(job)
}

async fn carry_out(
    run: &Run<'_>,
    viewer: &Viewer,
    new: &NewContractImport,
) -> Result<job::Model, Stopped> {
    let content = {
        let snapshot = run.database.snapshot().await?;
        let now = run.database.clock().now();
        upload::content(snapshot.connection(), viewer, (new.upload, now)).await?
    };
    // The job is on a thread of its own: nobody waits while the file is read.
    let notices = read(&content)?;
    run.progress(notices.releases, notices.releases).await?;
    let importer = Importer::Organisation(viewer, &new.buyer_is);
    let take = async |tx: &Writing| {
        let report = take::take(tx, importer, &notices).await?;
        if report.rejected.is_empty() || new.skip_rejected {
            upload::use_up(tx, viewer, new.upload).await?;
        }
        Ok(report)
    };
    run.write(new.skip_rejected, take).await
}

/// Imports a file of notices for the operator, as a part of its run.
///
/// # Errors
/// `REJECTED_ROWS` of a file that cannot be read at all, and a fault of the database.
pub(super) async fn for_operator(run: &Run<'_>, content: &[u8]) -> Result<job::Model, Stopped> {
    let notices = read(content)?;
    run.progress(notices.releases, notices.releases).await?;
    let take = async |tx: &Writing| take::take(tx, Importer::Operator, &notices).await;
    run.write(true, take).await
}

fn read(content: &[u8]) -> Result<Notices, Stopped> {
    let unreadable = |why| Refusal::new(Code::RejectedRows, why).at("upload").into();
    ocds::read(content).map_err(unreadable)
}
