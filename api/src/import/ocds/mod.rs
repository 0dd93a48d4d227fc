//! Notices in the Open Contracting Data Standard, 1.0 and 1.1: a release, a release package or a
//! record package becomes what its processes say of contracts. Whatever is odd is told, with its
//! place and what was done about it; nothing odd stops the rest. Only what contracts need is read:
//! no addresses, contact points or descriptions, in which people are named (rule V10).

mod award;
mod contract;
mod finding;
mod money;
mod notice;
mod package;
mod party;
mod period;
mod source;
mod tender;

#[cfg(test)]
mod tests;

pub use contract::{Amendment, ReadContract, ReadStatus, StatedModel};
pub use finding::{Finding, Unclear, counted};
pub use money::Value;
pub use notice::{ReadNotice, ReadRelease, Related};
pub use party::ReadParty;
pub use period::Period;

use super::{Line, UnreadableFile};
use package::Package;
use source::Source;

/// What a file of notices says.
#[derive(Clone, Debug)]
pub struct Notices {
    /// Who published the file.
    pub publisher: Option<String>,
    /// How many releases it has.
    pub releases: usize,
    /// What the latest release of each process says.
    pub notices: Vec<ReadNotice>,
    /// What was unclear, in the order of the file.
    pub findings: Vec<Finding>,
    /// Releases that cannot be taken, and why.
    pub rejected: Vec<Line<String>>,
}

/// Reads a file of notices.
///
/// # Errors
/// When it is too large, not UTF-8, no JSON, cut off, of another version, or something else than
/// notices; the sentence names the line and the column where there is one.
pub fn read(bytes: &[u8]) -> Result<Notices, UnreadableFile> {
    let source = Source::of(bytes)?;
    let package = Package::read(&source)?;
    let Package { publisher, processes, count, rejected } = package;
    let notices = processes.iter().filter_map(|releases| notice::read(releases)).collect();
    drop(processes);
    let mut findings = source.into_findings();
    // A value that is looked at twice is told once.
    findings.sort();
    findings.dedup();
    Ok(Notices { publisher, releases: count, notices, findings, rejected })
}
