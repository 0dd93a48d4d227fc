//! Which contracts took the place of which: the rows of that which the server may touch.

use domain::policy::matrix::FieldGroup as Group;

use super::{
    super::through::{Through, readers},
    Rule, parent, writes,
};

/// That a contract was replaced is read by whoever reads the status of either of the two, as far as it
/// took effect and was recorded in the reader's days. Only what was awarded is replaced, or replaces.
pub(super) fn rules() -> Vec<Rule> {
    let status = readers(&[Group::ContractStatus]);
    let reads = |root: &str, of: &str| {
        let days = [format!("{of}.effective_on"), format!("{of}.recorded_on")];
        let through = Through::any_of(root, &status);
        days.iter().fold(through, |it, day| it.from(day)).holds()
    };
    let either = |of: &dyn Fn(&str) -> String, novation: &str| {
        format!(
            "{} or {}",
            of(&format!("{novation}.contract_id")),
            of(&format!("{novation}.head_id"))
        )
    };
    let writes = |novation: &str| {
        let of = |root: &str| writes(&format!("{novation}.{root}"), &[Group::ContractStatus]);
        format!("{} and {}", of("contract_id"), of("head_id"))
    };
    let joined = "p.id = novation_unfolding.novation_id";
    let told = either(&|root| reads(root, "novation_unfolding"), "p");
    vec![
        Rule::of("novation", either(&|root| reads(root, "novation"), "novation"))
            .inserts(writes("novation")),
        Rule::of("novation_unfolding", parent("novation p", joined, &told)).inserts(parent(
            "novation p",
            joined,
            &writes("p"),
        )),
    ]
}
