//! What partners withhold of contributions: read like what was paid of them.

use domain::policy::matrix::FieldGroup as Group;

use super::{
    super::through::{Through, readers},
    Rule, parent, writes,
};

/// Whoever reads what was paid of a contribution reads what is withheld of it, from the day on which
/// it is; a partner writes it.
pub(super) fn rules() -> Vec<Rule> {
    let of = "p.id = contribution_withholding.contribution_id";
    let read = Through::any_of("p.fund_id", &readers(&[Group::ContributionsPaid]))
        .on("contribution_withholding.effective_on")
        .holds();
    let write = writes("p.fund_id", &[Group::ContributionsOwn]);
    vec![Rule::of("contribution_withholding", parent("contribution p", of, &read)).inserts(parent(
        "contribution p",
        of,
        &write,
    ))]
}
