//! Proposals and what is decided about them: which of their rows the server may touch.

use domain::policy::matrix::FieldGroup as Group;

use super::{
    super::through::{HOLDER, Through, readers},
    Rule, parent, writes,
};

/// A proposal is read through its agreement, and by whoever's approval it needs; proposed and
/// decided by whoever proposes or approves there.
pub(super) fn rules() -> Vec<Rule> {
    let of_agreement = |of: &str| {
        let root = format!("{of}.agreement_id");
        Through::any_of(&root, &readers(&[Group::Approvals]))
    };
    // Rule V11: what is to be posted is no earlier known than what was posted.
    let proposed = |of: &str| {
        let known = format!("{of}.kind <> 'POSTING' or {of}.proposed_as_id = {HOLDER}");
        of_agreement(of).on(&format!("{of}.proposed_on")).live_or(&known).holds()
    };
    // Nobody decides for an employer while acting as a team.
    let needed = |of: &str| {
        let own = format!("n.proposal_id = {of}.id and n.organisation_id = {HOLDER}");
        format!("exists (select from facts.proposal_need n where {own})")
    };
    let read = |of: &str| format!("{} or {}", proposed(of), needed(of));
    let write = |of: &str| writes(&format!("{of}.agreement_id"), &[Group::Approvals]);
    let decide = |of: &str| format!("{} or {}", write(of), needed(of));
    let child = |table: &'static str| {
        let joined = format!("p.id = {table}.proposal_id");
        Rule::of(table, parent("proposal p", &joined, &read("p"))).inserts(parent(
            "proposal p",
            &joined,
            &decide("p"),
        ))
    };
    vec![
        // Changed by nobody, and held by whoever decides: a lock needs the right to change.
        Rule::of("proposal", read("proposal"))
            .inserts(write("proposal"))
            .changes(decide("proposal")),
        child("proposal_need"),
        child("proposal_decision"),
        child("proposal_application"),
        child("interest"),
        Rule::of("posting_limit", of_agreement("posting_limit").holds())
            .inserts(writes("posting_limit.agreement_id", &[Group::Approvals])),
    ]
}
