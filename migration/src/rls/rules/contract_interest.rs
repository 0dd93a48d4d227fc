//! Interests in contracts (rule G3): which of their rows the server may touch, and whom they shut out.

use domain::policy::matrix::FieldGroup as Group;

use super::{
    super::through::{ACCOUNT, ORGANISATION, TODAY, Through, summarisers},
    Rule,
    contracts::draft,
    parent, writes,
};

/// An interest is read by whoever reads those of its contract, of days that are open to it; one that
/// was declared before the award by whoever reads drafts; and by the organisation that declared it,
/// which withdraws it. Everybody declares its own.
pub(super) fn rules() -> Vec<Rule> {
    let read = |interest: &str, recorded: &str| {
        let day = format!("{recorded}.recorded_on");
        let through = Through::any_of("p.id", &summarisers(&[Group::ContractInterests]));
        // Who was told of an interest in a draft is told of its withdrawal, also by another relation.
        let drafts = draft("p.id", &[format!("{interest}.recorded_on")]);
        format!(
            "{interest}.organisation_id = {ORGANISATION} or ({} and \
             ((p.shared_on is not null and not {interest}.is_draft) or {drafts}))",
            through.from(&day).holds()
        )
    };
    let own = |interest: &str, by: &str| {
        format!("{interest}.organisation_id = {ORGANISATION} and {by} = {ACCOUNT}")
    };
    let declared = "p.id = contract_interest.contract_id";
    let withdrawn = "i.id = contract_interest_withdrawal.interest_id and p.id = i.contract_id";
    let with_interest = "contract p, facts.contract_interest i";
    let declares = format!(
        "{} and {}",
        own("contract_interest", "contract_interest.declared_by_id"),
        writes("p.id", &[Group::ContractInterests])
    );
    let withdraws = own("i", "contract_interest_withdrawal.withdrawn_by_id");
    vec![
        Rule::of(
            "contract_interest",
            parent("contract p", declared, &read("contract_interest", "contract_interest")),
        )
        .inserts(parent("contract p", declared, &declares)),
        Rule::of(
            "contract_interest_withdrawal",
            parent(with_interest, withdrawn, &read("i", "contract_interest_withdrawal")),
        )
        .inserts(parent(with_interest, withdrawn, &withdraws)),
    ]
}

/// That an interest in the contract that `root` names shuts out whoever asks.
pub(super) fn is_shut_out(root: &str) -> String {
    format!(
        "exists (select from facts.contract_interest i where i.contract_id = {root} and \
         i.management = 'EXCLUDED' and i.starts_on <= {TODAY} and \
         (i.account_id = {ACCOUNT} or (i.account_id is null and \
         i.organisation_id = {ORGANISATION})) and not exists (select from \
         facts.contract_interest_withdrawal w where w.interest_id = i.id))"
    )
}
