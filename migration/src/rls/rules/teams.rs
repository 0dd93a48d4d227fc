//! Joint commissioning teams: which rows of theirs the server may touch.

use domain::policy::matrix::FieldGroup as Group;

use super::{
    super::through::{ACCOUNT, HOLDER, ORGANISATION, Through, summarisers},
    Rule, parent, writes,
};

/// What opens a team and what belongs to it.
const TOLD: [Group; 3] = [Group::AgreementTerms, Group::Relations, Group::TeamPosts];
/// What its managers write: a team is a holder of views, and stands on record as relations do.
const WRITTEN: [Group; 3] = [Group::AgreementTerms, Group::Relations, Group::TeamPosts];

/// What belongs to a team is read and written through its agreement, and by the team itself. What
/// is asked before there is a viewer, the readers that make one ask past these rules.
pub(super) fn rules() -> Vec<Rule> {
    let read = |of: &str| {
        let root = format!("{of}.agreement_id");
        format!("{} or {of}.id = {HOLDER}", Through::any_of(&root, &summarisers(&TOLD)).holds())
    };
    let write = |of: &str| {
        format!("{} or {of}.id = {HOLDER}", writes(&format!("{of}.agreement_id"), &WRITTEN))
    };
    let of_team = |table: &str| format!("p.id = {table}.team_id");
    let child = |table: &'static str| {
        let check = parent("team p", &of_team(table), &write("p"));
        Rule::of(table, parent("team p", &of_team(table), &read("p"))).writes(&check)
    };
    let of_post = "p.id = c.team_id and c.id = team_post_share.post_id";
    let share = |condition: &str| parent("team_post c, facts.team p", of_post, condition);
    let member = child("team_member");
    let own = format!("team_member.account_id = {ACCOUNT}");
    // An employer ends the seats of its own staff.
    let employer = format!("team_member.employer_id = {ORGANISATION}");
    let ends = format!("{} or {employer}", member.change.clone().unwrap_or_default());
    let seats = format!("{} or {own} or {employer}", member.read);
    vec![
        Rule::of("team", read("team")).writes(&write("team")),
        child("team_post"),
        Rule::of("team_post_share", share(&read("p"))).inserts(share(&write("p"))),
        Rule { read: seats, ..member }.changes(ends),
        child("team_limit"),
        child("team_function"),
    ]
}
