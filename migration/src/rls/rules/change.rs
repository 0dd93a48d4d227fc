//! The feed of changes. Putting changes into their order is the work of the jobs' role.

use super::{super::through::HOLDER, Rule};

/// A holder reads where its own views begin and end, and what changed under the roots to which it stands
/// and under the links of those that are contracts. Of which groups of fields it may be told, the program
/// decides.
pub(super) fn rules() -> Vec<Rule> {
    let roots = format!("select w.root_id from facts.access_window w where w.holder_id = {HOLDER}");
    let links =
        format!("select l.id from facts.subcontract l where l.contract_id = any(array({roots}))");
    let shared =
        format!("change.root_id = any(array({roots})) or change.root_id = any(array({links}))");
    vec![
        Rule::of("change_waiting", "false".to_owned()),
        Rule::of("change_mark", "false".to_owned()),
        Rule::of("change_view", "false".to_owned()),
        Rule::of(
            "change",
            format!("change.holder_id = {HOLDER} or (change.holder_id is null and ({shared}))"),
        ),
    ]
}
