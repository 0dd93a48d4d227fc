//! What a summary is, group by group: what somebody reads where the matrix says S. Written for
//! whoever answers for information governance; the documentation's table is printed from it.

use super::matrix::FieldGroup;

/// What the summary of a group tells, and what it leaves out.
#[must_use]
pub const fn summary(group: FieldGroup) -> &'static str {
    match group {
        FieldGroup::Organisations | FieldGroup::CodeLists => {
            "No summary: every signed-in organisation reads all of it."
        }
        FieldGroup::AgreementTerms => {
            "Reference, title, statutory basis, status, term, host and partners. Not the aims, the \
             pool manager or how well it is documented."
        }
        FieldGroup::AgreementExit => {
            "Nothing: notice, exit and risk share are read whole or not at all."
        }
        FieldGroup::Relations => "Nothing of who else was let in.",
        FieldGroup::Disputes => "Nothing of a single dispute.",
        FieldGroup::FundTerms => {
            "Reference, name, kind and first day. Not the decision on over-programming."
        }
        FieldGroup::ContributionsOwn | FieldGroup::ContributionsOfOthers => {
            "What all partners agreed together, as a total of the fund's position. No single \
             contribution."
        }
        FieldGroup::ContributionsPaid => {
            "What was invoiced, received and refunded of all partners together, as totals of the \
             fund's position. Nothing of a single contribution."
        }
        FieldGroup::SchemeName => "All of it: reference and name.",
        FieldGroup::SchemeBudget => "Nothing of a single scheme.",
        FieldGroup::SchemeTerms => {
            "Type, area of spend, whether recurrent, whether capital, first day. Not the \
             commissioner, the provider, the funding splits or the monthly profile."
        }
        FieldGroup::Ledger => {
            "No transaction and no commitment: their sums are in the position's totals."
        }
        FieldGroup::PaymentsFromPool => "No single payment.",
        FieldGroup::Cash => "The fund's one figure.",
        FieldGroup::PeriodClosings => "How far each period is closed. Not why.",
        FieldGroup::Position => {
            "The fund's totals: budget, actual, committed, forecast outturn and variance. No line \
             by scheme, source or period, and no explanation whose inputs are not read."
        }
        FieldGroup::PositionByPartner => "Nothing: no figure of a single partner.",
        FieldGroup::ForecastDraft => "Nothing: a draft is read whole or not at all.",
        FieldGroup::ForecastSubmitted => {
            "Version, year and when it was submitted. Not the commentary and no line."
        }
        FieldGroup::ReturnDraft => "Nothing: a draft is read whole or not at all.",
        FieldGroup::ReturnSubmitted | FieldGroup::ReturnApproved => {
            "That there is one: fund, year, quarter and state. Not the figures, the narratives or \
             what partners said."
        }
        FieldGroup::PublishedStatements => "All of it: publisher, source and printed figures.",
        FieldGroup::BudgetMovements => {
            "Kind, financial year and day of effect. Not the reason, the decision, the schemes, \
             the contributions or any amount."
        }
        FieldGroup::ContractDraft => "Nothing: a draft is read whole or not at all.",
        FieldGroup::ContractTerms => {
            "Reference, title, model, first and last day, and the parties. Not the shares of the \
             commissioners, the services, the options to extend, the conditions, the guarantees or \
             the variations."
        }
        FieldGroup::ContractValue => "The band of the whole value. No year and no amount.",
        FieldGroup::ContractStatus => "Where it stands, and since when. Not why.",
        FieldGroup::LinkTerms => {
            "Tier, service, buyer, seller and where it stands. Not the reference, the dates, the \
             clauses, what its seller says of it, or why."
        }
        FieldGroup::LinkValue => {
            "The band of its value; the value itself where it is open-book or material."
        }
        FieldGroup::ChainPayments => {
            "How many payments there were, how many of them late and by how much, where no single \
             one can be told from it. No invoice and no amount."
        }
        FieldGroup::DelegatedBudgets => {
            "Who holds one, what for and from when. No amount, no decision and nothing that was spent."
        }
        FieldGroup::OutcomeMeasures => "Nothing of a single measure.",
        FieldGroup::Measurements => "Nothing of a single measurement.",
        FieldGroup::OutcomePay => "Nothing of what is paid, and for what.",
        FieldGroup::TeamPosts => "Nothing of a single post or of who bears its cost.",
        FieldGroup::Approvals => "Nothing of a single approval or of a declared interest.",
        FieldGroup::ContractInterests => {
            "That there is one: kind, organisation, days and whether it shuts out. Not what it is, \
             whose, whom it concerns or why it was withdrawn."
        }
        FieldGroup::AuditTrail => "Nothing of a single act.",
    }
}

/// The table as the documentation prints it.
#[must_use]
pub fn markdown() -> String {
    let line = |group: FieldGroup| format!("| {group:?} | {} |\n", summary(group));
    let lines = FieldGroup::ALL.into_iter().map(line).collect::<String>();
    format!("| Field group | What a summary tells |\n| --- | --- |\n{lines}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_table_has_a_sentence_for_every_group() {
        let table = markdown();
        assert_eq!(table.lines().count(), FieldGroup::ALL.len() + 2);
        assert!(table.lines().all(|line| line.ends_with("|") && !line.contains("|  |")));
        assert!(FieldGroup::ALL.into_iter().all(|group| summary(group).ends_with('.')));
    }

    #[test]
    fn a_summary_tells_of_its_own_group() {
        let cash = "| Cash | The fund's one figure. |";
        let closings = "| PeriodClosings | How far each period is closed. Not why. |";
        let table = markdown();
        let lines: Vec<&str> =
            table.lines().filter(|line| [cash, closings].contains(line)).collect();
        assert_eq!(lines, [cash, closings]);
    }
}
