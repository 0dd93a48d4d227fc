use entities::import_job;
use serde::{Deserialize, Serialize};

use crate::service::{audit::Said, contract_import::ContractsReport, payments::PaymentsReport};

/// What came of an import, or would have in a dry run.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Report {
    /// Lines whose thing was not there before.
    pub created: u64,
    /// Lines whose thing is different now.
    pub changed: u64,
    /// Lines that said nothing new.
    pub unchanged: u64,
    /// Lines that were not taken.
    pub rejected: Vec<Rejected>,
    /// What was taken in another way than it is written.
    pub notes: Vec<Note>,
    /// Why nothing was written at all.
    pub failure: Option<String>,
    /// What came of the payments of a payments file.
    #[serde(default)]
    pub payments: Option<PaymentsReport>,
    /// What came of the notices of a file of contracts.
    #[serde(default)]
    pub contracts: Option<ContractsReport>,
}

/// A line that was not taken.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Rejected {
    /// The line, the first being 1.
    pub line: u64,
    /// Why.
    pub reason: String,
}

/// Something about a line that somebody should know.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Note {
    /// The line, the first being 1.
    pub line: u64,
    /// What.
    pub text: String,
}

impl Report {
    /// What a job reported; nothing while it runs.
    #[must_use]
    pub fn of(job: &import_job::Model) -> Option<Self> {
        job.report.as_deref().and_then(|report| serde_json::from_str(report).ok())
    }

    /// Adds a line that was not taken.
    pub fn reject(&mut self, line: u64, reason: impl Into<String>) {
        self.rejected.push(Rejected { line, reason: reason.into() });
    }

    /// Adds what somebody should know of a line.
    pub fn note(&mut self, line: u64, text: impl Into<String>) {
        self.notes.push(Note { line, text: text.into() });
    }

    /// What a row says, and the counts; the lines that were not taken are the job's to tell.
    pub(super) fn counted(&self, said: Said) -> Said {
        said.and("created", self.created)
            .and("changed", self.changed)
            .and("unchanged", self.unchanged)
            .and("rejected", self.rejected.len())
    }
}
