//! Returns, and how partners account for their shares: which of their rows the server may touch.

use domain::policy::matrix::FieldGroup as Group;

use super::{
    super::through::{HOLDER, Through, owners, readers, summarisers},
    Rule, parent, writes,
};

/// A return is read by whoever reads drafts; once submitted or approved, by whoever reads at least
/// that there is one. Of what partners say about it nobody reads a summary.
pub(super) fn rules() -> Vec<Rule> {
    let through = |of: &str, kinds: &[_]| {
        let root = format!("{of}.fund_id");
        let opens = Through::any_of(&root, kinds).on(&format!("{of}.as_of"));
        // Its figures are of the year up to its last day.
        opens.in_year(&format!("{of}.financial_year")).holds()
    };
    let after = |of: &str, table: &str| {
        format!("exists (select from facts.{table} done where done.return_id = {of}.id)")
    };
    let read = |of: &str| {
        let draft = through(of, &readers(&[Group::ReturnDraft]));
        let submitted = through(of, &summarisers(&[Group::ReturnSubmitted]));
        let approved = through(of, &summarisers(&[Group::ReturnApproved]));
        let is_submitted = after(of, "return_submission");
        let is_approved = after(of, "return_approval");
        format!("{draft} or ({submitted} and {is_submitted}) or ({approved} and {is_approved})")
    };
    let write = |of: &str, group| writes(&format!("{of}.fund_id"), &[group]);
    let child = |table: &'static str, read: &str, group| {
        let joined = format!("p.id = {table}.return_id");
        let read = parent("fund_return p", &joined, read);
        Rule::of(table, read).inserts(parent("fund_return p", &joined, &write("p", group)))
    };
    let said = through("p", &readers(&[Group::ReturnSubmitted]));
    let agreed =
        Through::any_of("narrative_threshold.agreement_id", &readers(&[Group::AgreementTerms]))
            .from("narrative_threshold.recorded_on");
    vec![
        Rule::of("narrative_threshold", agreed.holds())
            .inserts(writes("narrative_threshold.agreement_id", &[Group::AgreementTerms])),
        Rule::of("fund_return", read("fund_return"))
            .inserts(write("fund_return", Group::ReturnDraft)),
        child("fund_return_narrative", &read("p"), Group::ReturnDraft),
        child("return_submission", &read("p"), Group::ReturnSubmitted),
        child("return_answer", &said, Group::ReturnSubmitted),
        child("return_approval", &read("p"), Group::ReturnSubmitted),
        treatments(),
    ]
}

/// How a partner accounts for its share is read like its contribution.
fn treatments() -> Rule {
    let through = |kinds: &[_]| {
        Through::any_of("accounting_treatment.fund_id", kinds)
            .in_year("accounting_treatment.financial_year")
            .holds()
    };
    let all = through(&readers(&[Group::ContributionsOfOthers]));
    let own = through(&owners(&[Group::ContributionsOwn]));
    Rule::of(
        "accounting_treatment",
        format!("{all} or ({own} and accounting_treatment.partner_id = {HOLDER})"),
    )
    .inserts(writes("accounting_treatment.fund_id", &[Group::ContributionsOwn]))
}
