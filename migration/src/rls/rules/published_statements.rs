//! What publishers printed: which of the rows the server may touch.

use domain::policy::matrix::FieldGroup as Group;

use super::{
    super::through::{Through, summarisers},
    Rule, writes,
};

/// A statement is read by whoever stands to what it is about on the day as at which it speaks.
pub(super) fn rules() -> Vec<Rule> {
    let read =
        Through::any_of("published_statement.root_id", &summarisers(&[Group::PublishedStatements]))
            .on("published_statement.as_at");
    vec![
        Rule::of("published_statement", read.holds())
            .inserts(writes("published_statement.root_id", &[Group::PublishedStatements])),
    ]
}
