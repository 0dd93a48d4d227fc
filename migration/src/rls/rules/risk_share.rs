//! Risk shares and their settlements: which of their rows the server may touch.

use domain::policy::matrix::FieldGroup as Group;
use entities::relation::RelationKind;

use super::{
    super::through::{Through, readers},
    Rule, parent, writes,
};

/// A risk share is read with the terms of exit, and a settlement with the position by partner.
pub(super) fn rules() -> Vec<Rule> {
    let share = |of: &str, from: &str| {
        Through::any_of(&format!("{of}.agreement_id"), &readers(&[Group::AgreementExit]))
            .from(from)
            .holds()
    };
    let agree = |of: &str| writes(&format!("{of}.agreement_id"), &[Group::AgreementExit]);
    let of_share = |table: &str| format!("p.id = {table}.risk_share_id");
    let child = |table: &'static str, from: &str| {
        Rule::of(table, parent("risk_share p", &of_share(table), &share("p", from)))
            .inserts(parent("risk_share p", &of_share(table), &agree("p")))
    };
    let settled = |of: &str| {
        Through::any_of(&format!("{of}.agreement_id"), &readers(&[Group::PositionByPartner]))
            .on(&format!("{of}.as_of"))
            .from(&format!("{of}.claimed_on"))
            .holds()
    };
    // A partner that left within the year goes on to see its own lines, and answers for them.
    let partner_in = |of: &str| {
        let root = format!("{of}.agreement_id");
        Through::any_of(&root, &[RelationKind::Partner]).in_year(&format!("{of}.financial_year"))
    };
    let of_line =
        |of: &str, line: &str| partner_in(of).of_partner(&format!("{line}.party_id")).holds();
    let named = partner_in("settlement").named_by_settlement("settlement.id").holds();
    let read = |line: &str| format!("{} or {}", settled("p"), of_line("p", line));
    let answers = |of: &str| writes(&format!("{of}.agreement_id"), &[Group::PositionByPartner]);
    let line = "p.id = settlement_line.settlement_id";
    let answer = "l.id = settlement_answer.line_id and p.id = l.settlement_id";
    let of_answer =
        |condition: &str| parent("settlement_line l, facts.settlement p", answer, condition);
    vec![
        Rule::of("risk_share", share("risk_share", "risk_share.recorded_on"))
            .inserts(agree("risk_share")),
        child("risk_share_fund", "p.recorded_on"),
        child("risk_share_version", "risk_share_version.recorded_on"),
        Rule::of("settlement", format!("{} or {named}", settled("settlement")))
            .inserts(answers("settlement")),
        Rule::of("settlement_line", parent("settlement p", line, &read("settlement_line")))
            .inserts(parent("settlement p", line, &answers("p"))),
        Rule::of("settlement_answer", of_answer(&read("l"))).inserts(of_answer(&format!(
            "{} or {}",
            answers("p"),
            of_line("p", "l")
        ))),
    ]
}
