//! Risk shares and their settlements: which of their rows the server may touch.

use domain::policy::matrix::FieldGroup as Group;

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
        Rule::of("settlement", settled("settlement")).inserts(answers("settlement")),
        Rule::of("settlement_line", parent("settlement p", line, &settled("p"))).inserts(parent(
            "settlement p",
            line,
            &answers("p"),
        )),
        Rule::of("settlement_answer", of_answer(&settled("p"))).inserts(of_answer(&answers("p"))),
    ]
}
