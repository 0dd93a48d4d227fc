//! Exports: the organisation's jobs, and of their files the maker's alone, in whose view they are.

use super::{
    super::through::{ACCOUNT, HOLDER, ORGANISATION},
    Rule, parent,
};

pub(super) fn rules() -> Vec<Rule> {
    let job = format!("export_job.organisation_id = {ORGANISATION}");
    let of = |condition: &str| parent("export_job p", "p.id = export_piece.export_id", condition);
    let whose = format!("p.organisation_id = {ORGANISATION}");
    let maker = format!(
        "{whose} and p.holder_id = {HOLDER} and p.started_by is not distinct from {ACCOUNT}"
    );
    vec![
        Rule::of("export_job", job.clone()).writes(&job),
        Rule::of("export_piece", of(&maker)).inserts(of(&maker)).changes(of(&whose)),
    ]
}
