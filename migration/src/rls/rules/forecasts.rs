//! Forecasts: which of their rows the server may touch.

use domain::policy::matrix::FieldGroup as Group;
use entities::relation::RelationKind;

use super::{
    super::through::{Through, readers, summarisers},
    Rule, parent, writes,
};

/// A draft is read by who drafts, and once it is submitted by who reads forecasts.
pub(super) fn rules() -> Vec<Rule> {
    let read = |of: &str| {
        let through = |kinds: &[RelationKind], day: &str| {
            Through::any_of(&format!("{of}.fund_id"), kinds)
                .in_year(&format!("{of}.financial_year"))
                .from(day)
                .holds()
        };
        let submitted = through(&summarisers(&[Group::ForecastSubmitted]), "s.submitted_on");
        format!(
            "{} or exists (select from facts.forecast_submission s where \
             s.forecast_id = {of}.id and {submitted})",
            through(&readers(&[Group::ForecastDraft]), &format!("{of}.recorded_on"))
        )
    };
    let groups = [Group::ForecastDraft, Group::ForecastSubmitted];
    let write = |of: &str| writes(&format!("{of}.fund_id"), &groups);
    let child = |table: &'static str| {
        let joined = format!("p.id = {table}.forecast_id");
        Rule::of(table, parent("forecast p", &joined, &read("p"))).inserts(parent(
            "forecast p",
            &joined,
            &write("p"),
        ))
    };
    vec![
        Rule::of("forecast", read("forecast")).writes(&write("forecast")),
        child("forecast_line"),
        child("forecast_submission"),
    ]
}
