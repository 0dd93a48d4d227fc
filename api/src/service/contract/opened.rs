//! Which facts of a contract a relation opens.

use chrono::NaiveDate;
use domain::policy::{Rights, Standing, matrix::FieldGroup};
use entities::{contract_value as value, value::Instant};

use crate::access::facts::contracts::ContractFacts;

/// True when a relation with certain rights opens what a contract costs in a year: the year, and the
/// day on which that was said.
pub(super) fn opens_value(
    standing: &Standing,
    row: &value::Model,
    has: impl Fn(Rights) -> bool,
) -> bool {
    let to = standing.in_year(row.financial_year).open_to(FieldGroup::ContractValue, has);
    to.is_some_and(|to| row.effective_on <= to && row.recorded_on <= to)
}

/// The facts that the viewer's days open: what took effect and was recorded by the last of them;
/// and what was drafted by the last of those whose drafts it reads.
pub(super) fn open(
    facts: ContractFacts,
    standing: &Standing,
    drafts_to: Option<NaiveDate>,
) -> ContractFacts {
    let to = |group| standing.open_to(group, Rights::reads_summary);
    let (terms_to, status_to) = (to(FieldGroup::ContractTerms), to(FieldGroup::ContractStatus));
    let by = |to: Option<NaiveDate>, days: [NaiveDate; 2]| {
        to.is_some_and(|to| days.into_iter().all(|day| day <= to))
    };
    let end = |ends: &mut Option<NaiveDate>, at: &mut Option<Instant>| {
        // Whoever has left is not told of an end that came after its days.
        if ends.is_some_and(|last| terms_to.is_some_and(|to| last > to)) {
            (*ends, *at) = (None, None);
        }
    };
    let ContractFacts {
        mut terms,
        mut commissioners,
        mut providers,
        mut values,
        mut changes,
        mut interests,
    } = facts;
    interests.retain(|it| !it.row.is_draft || by(drafts_to, [it.row.recorded_on; 2]));
    let told = |to: Option<NaiveDate>, is_draft: bool, days: [NaiveDate; 2]| {
        by(to, days) && (!is_draft || by(drafts_to, days))
    };
    terms.retain(|it| told(terms_to, it.is_draft, [it.effective_on, it.recorded_on]));
    let opens = |it: &value::Model| {
        let reads = |rights: Rights| rights.reads_summary() || rights.reads_own();
        opens_value(standing, it, reads)
            && (!it.is_draft || by(drafts_to, [it.effective_on, it.recorded_on]))
    };
    values.retain(opens);
    changes.retain(|it| by(status_to, [it.effective_on, it.recorded_on]));
    commissioners.retain(|it| by(terms_to, [it.starts_on, it.recorded_on]));
    providers.retain(|it| by(terms_to, [it.starts_on, it.recorded_on]));
    commissioners.iter_mut().for_each(|it| end(&mut it.ends_on, &mut it.end_known_at));
    providers.iter_mut().for_each(|it| end(&mut it.ends_on, &mut it.end_known_at));
    ContractFacts { terms, commissioners, providers, values, changes, interests }
}
