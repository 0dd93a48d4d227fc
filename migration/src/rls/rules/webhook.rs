//! Webhooks and what came of them: the organisation's. That they are its ADMIN's alone, the program
//! says; how far they are is the work of the jobs' role.

use super::{super::through::ORGANISATION, Rule, parent};

pub(super) fn rules() -> Vec<Rule> {
    let webhook = format!("webhook.organisation_id = {ORGANISATION}");
    let whose = format!("p.organisation_id = {ORGANISATION}");
    let attempt = parent("webhook p", "p.id = webhook_attempt.webhook_id", &whose);
    vec![
        Rule::of("webhook", webhook.clone()).writes(&webhook),
        Rule::of("webhook_attempt", attempt.clone()).changes(attempt),
    ]
}
