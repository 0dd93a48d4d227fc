//! Published notices, imported as contracts.

use async_graphql::{Context, ID, InputObject, Object, Result, SimpleObject};

use super::{import_job::ImportJob, node::Kind, notice_finding::NoticeFindingKind, request::Asked};
use crate::{
    payload,
    service::{
        Refusal,
        contract_import::{self, ContractsReport as Report, FindingCount, NewContractImport},
    },
};

/// A file of published notices to be imported.
#[derive(Clone, Debug, InputObject)]
pub struct ImportContractsInput {
    /// The file, as `POST /uploads` answered: a release, a release package or a record package of
    /// the Open Contracting Data Standard, version 1.0 or 1.1.
    pub upload: ID,
    /// How the file names your organisation where it gives no code of it: names, or the publisher's
    /// codes, at most 50. Notices of other buyers are passed over.
    #[graphql(default)]
    pub buyer_is: Vec<String>,
    /// Whether to take the other notices when some are rejected; else nothing is written then.
    #[graphql(default)]
    pub skip_rejected: bool,
    /// Whether to do everything and keep nothing. The file can be used again.
    #[graphql(default)]
    pub dry_run: bool,
}

payload! {
    /// What came of beginning an import of contracts.
    ImportContractsPayload {
        /// The job, which goes on by itself; null when it was refused.
        job: ImportJob
    }
}

/// What came of the notices of a file, beside the counts of its contracts. Seen like its job.
#[derive(Clone, Debug)]
pub struct ContractsReport(pub Report);

/// How often something was unclear in the notices of a file. Seen like its job.
#[derive(Clone, Debug, SimpleObject)]
pub struct NoticeFindingCount {
    /// What.
    pub kind: NoticeFindingKind,
    /// How often.
    pub count: i32,
}

/// What came of the notices of a file, beside the counts of its contracts. Seen like its job.
#[Object]
impl ContractsReport {
    /// How many releases the file has.
    async fn releases(&self) -> i32 {
        count(self.0.releases)
    }

    /// How many processes these are of.
    async fn processes(&self) -> i32 {
        count(self.0.processes)
    }

    /// How many processes are of other buyers, and were passed over.
    async fn passed_over(&self) -> i32 {
        count(self.0.passed_over)
    }

    /// How many placeholders were registered, for parties whose codes nobody here has.
    async fn placeholders(&self) -> i32 {
        count(self.0.placeholders)
    }

    /// What was unclear, and how often; the report's notes tell the first hundred of each.
    async fn findings(&self) -> Vec<NoticeFindingCount> {
        self.0.findings.iter().copied().map(NoticeFindingCount::from).collect()
    }
}

impl From<FindingCount> for NoticeFindingCount {
    fn from(counted: FindingCount) -> Self {
        Self { kind: counted.code.into(), count: count(counted.count) }
    }
}

fn count(number: u64) -> i32 {
    i32::try_from(number).unwrap_or(i32::MAX)
}

/// Files of published notices.
#[derive(Default)]
pub struct ContractImportMutation;

#[Object]
impl ContractImportMutation {
    /// Begins to import published notices as contracts that your organisation co-ordinates, and
    /// answers at once with a job to look at. What a later release says otherwise becomes a
    /// variation or a change of status, dated by the release; what says nothing new changes nothing.
    /// Needs the role COMMISSIONER or ADMIN.
    async fn import_contracts(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The file, and who you are in it.")] input: ImportContractsInput,
    ) -> Result<ImportContractsPayload> {
        let (database, viewer) = (ctx.database()?, ctx.viewer()?);
        let begun = match input.read() {
            Ok(new) => contract_import::start(database, viewer, new).await,
            Err(refusal) => Err(refusal.into()),
        };
        ctx.request()?.after_write().await;
        ImportContractsPayload::answer(begun, ImportJob)
    }
}

impl ImportContractsInput {
    fn read(self) -> Result<NewContractImport, Refusal> {
        let Self { upload, buyer_is, skip_rejected, dry_run } = self;
        let upload = Kind::Upload.read(&upload, "upload")?;
        Ok(NewContractImport { upload, buyer_is, skip_rejected, dry_run })
    }
}
