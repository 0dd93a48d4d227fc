//! What belongs to one organisation, and what its payments files came to in a fund.

use domain::policy::matrix::FieldGroup as Group;

use super::{super::through::ORGANISATION, Rule, writes};

/// The host alone reads and adds what payments files posted: others read the postings.
pub(super) fn rules() -> Vec<Rule> {
    let of = |table: &str, column: &str| format!("{table}.{column} = {ORGANISATION}");
    let key = of("idempotency_key", "organisation_id");
    let reference = of("external_reference", "owner_id");
    let job = of("import_job", "organisation_id");
    let upload = of("upload", "organisation_id");
    let line = writes("payment_line.fund_id", &[Group::Ledger]);
    vec![
        Rule::of("idempotency_key", key.clone()).inserts(key),
        Rule::of("external_reference", reference.clone()).writes(&reference),
        Rule::of("import_job", job.clone()).writes(&job),
        Rule::of("upload", upload.clone()).writes(&upload),
        Rule::of("payment_line", line.clone()).inserts(line),
    ]
}
