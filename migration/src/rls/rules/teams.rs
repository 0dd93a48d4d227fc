//! Joint commissioning teams: which rows of theirs the server may touch.

use domain::policy::matrix::FieldGroup as Group;

use super::{
    super::through::{ACCOUNT, HOLDER, ORGANISATION, Through, readers},
    Rule, parent, writes,
};

/// What its managers write: a team is a holder of views, and stands on record as relations do.
const WRITTEN: [Group; 3] = [Group::AgreementTerms, Group::Relations, Group::TeamPosts];

/// What belongs to a team is read and written through its agreement, and by the team itself. What
/// is asked before there is a viewer, the readers that make one ask past these rules.
pub(super) fn rules() -> Vec<Rule> {
    let told = |of: &str, group: Group, from: &str| {
        let root = format!("{of}.agreement_id");
        let through = Through::any_of(&root, &readers(&[group])).from(from).holds();
        format!("{through} or {of}.id = {HOLDER}")
    };
    let write = |of: &str| {
        format!("{} or {of}.id = {HOLDER}", writes(&format!("{of}.agreement_id"), &WRITTEN))
    };
    let of_team = |table: &str| format!("p.id = {table}.team_id");
    let child = |table: &'static str, group: Group| {
        let check = parent("team p", &of_team(table), &write("p"));
        let read = told("p", group, &format!("{table}.starts_on"));
        Rule::of(table, parent("team p", &of_team(table), &read)).writes(&check)
    };
    let of_post = "p.id = c.team_id and c.id = team_post_share.post_id";
    let share = |condition: &str| parent("team_post c, facts.team p", of_post, condition);
    let posts = told("p", Group::TeamPosts, "c.starts_on");
    let member = child("team_member", Group::AgreementTerms);
    let own = format!("team_member.account_id = {ACCOUNT}");
    // An employer ends the seats of its own staff.
    let employer = format!("team_member.employer_id = {ORGANISATION}");
    let ends = format!("{} or {employer}", member.change.clone().unwrap_or_default());
    let seats = format!("{} or {own} or {employer}", member.read);
    vec![
        Rule::of("team", told("team", Group::AgreementTerms, "team.starts_on"))
            .writes(&write("team")),
        child("team_post", Group::TeamPosts),
        Rule::of("team_post_share", share(&posts)).inserts(share(&write("p"))),
        Rule { read: seats, ..member }.changes(ends),
        child("team_limit", Group::AgreementTerms),
        child("team_function", Group::AgreementTerms),
    ]
}
