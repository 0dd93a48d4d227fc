//! Exports and their files: the organisation's. That a file is its maker's alone, the program says: an
//! ADMIN deletes what it does not read.

use super::{super::through::ORGANISATION, Rule, parent};

pub(super) fn rules() -> Vec<Rule> {
    let job = format!("export_job.organisation_id = {ORGANISATION}");
    let whose = format!("p.organisation_id = {ORGANISATION}");
    let piece = parent("export_job p", "p.id = export_piece.export_id", &whose);
    vec![
        Rule::of("export_job", job.clone()).writes(&job),
        Rule::of("export_piece", piece.clone()).writes(&piece),
    ]
}
