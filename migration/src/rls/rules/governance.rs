//! Due dates, notices and disputes of agreements: which of their rows the server may touch.

use domain::policy::matrix::FieldGroup as Group;

use super::{
    super::through::{Through, readers},
    Rule, parent, writes,
};

/// Each is read whole or not at all, by whoever stood to the agreement on its day; what became of it
/// is read with it, and the program leaves out what came after the reader's days.
pub(super) fn rules() -> Vec<Rule> {
    let read = |of: &str, group: Group, day: &str| {
        Through::any_of(&format!("{of}.agreement_id"), &readers(&[group]))
            .on(&format!("{of}.{day}"))
            .holds()
    };
    let write = |of: &str, group: Group| writes(&format!("{of}.agreement_id"), &[group]);
    let root = |table: &'static str, group: Group, day: &str| {
        Rule::of(table, read(table, group, day)).inserts(write(table, group))
    };
    let child = |table: &'static str, of: (&str, &str), group: Group, day: &str| {
        let joined = format!("p.id = {table}.{}", of.1);
        let of = format!("{} p", of.0);
        Rule::of(table, parent(&of, &joined, &read("p", group, day))).inserts(parent(
            &of,
            &joined,
            &write("p", group),
        ))
    };
    let of_dispute = |table| child(table, ("dispute", "dispute_id"), Group::Disputes, "raised_on");
    let rung = Through::any_of("dispute_rung.agreement_id", &readers(&[Group::AgreementExit]));
    vec![
        root("due_date", Group::AgreementTerms, "due_on"),
        child("due_date_outcome", ("due_date", "due_date_id"), Group::AgreementTerms, "due_on"),
        root("notice", Group::AgreementExit, "given_on"),
        child("notice_withdrawal", ("notice", "notice_id"), Group::AgreementExit, "given_on"),
        Rule::of("dispute_rung", rung.holds()).inserts(write("dispute_rung", Group::AgreementExit)),
        root("dispute", Group::Disputes, "raised_on"),
        of_dispute("dispute_party"),
        of_dispute("dispute_step"),
        of_dispute("dispute_end"),
    ]
}
