use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::{
    import::ocds::{Finding, Unclear, counted},
    service::import_job::Report,
};

/// How many findings of one sort are told one by one; all of them are counted.
const TOLD_OF_A_SORT: u64 = 100;

/// What came of the notices of a file, beside the counts of its contracts.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct ContractsReport {
    /// Releases of the file.
    pub releases: u64,
    /// Processes that they are of.
    pub processes: u64,
    /// Processes of other buyers, which were passed over.
    pub passed_over: u64,
    /// Placeholders that were registered for parties whose codes nobody here has.
    pub placeholders: u64,
    /// How often each sort of thing was unclear.
    pub findings: Vec<FindingCount>,
}

/// How often something was unclear.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct FindingCount {
    /// What.
    pub code: Unclear,
    /// How often.
    pub count: u64,
}

/// Tells and counts findings in a report.
pub(super) fn tell(report: &mut Report, mut findings: Vec<Finding>) {
    findings.sort();
    let counts = counted(&findings);
    let mut told: BTreeMap<Unclear, u64> = BTreeMap::new();
    for finding in findings {
        let told = told.entry(finding.code).or_default();
        *told += 1;
        if *told <= TOLD_OF_A_SORT {
            report.note(finding.line, format!("{}: {}", finding.pointer, finding.sentence));
        }
    }
    let contracts = report.contracts.get_or_insert_default();
    contracts.findings =
        counts.into_iter().map(|(code, count)| FindingCount { code, count }).collect();
}
