//! What actors say about returns: drafted, submitted, queried, answered, agreed, approved, read.

use serde_json::{Value, json};

use crate::{Actor, Answer, posting::decision};

/// What tests read of a return that something was done to.
pub const RETURN: &str = "fundReturn { id version asOf state submittedAt contentHash
    outstanding { organisation { id } duty dueOn isOverdue }
    answers(first: 9) { nodes { kind partner { id } reason decision { minuteReference } } }
    approval { decidingBody } }";

impl Actor {
    /// Records above which variance returns under an agreement say why, from its first day on.
    pub async fn records_threshold(&self, agreement: &str, bounds: Value) -> Answer {
        let input = json!({
            "agreement": agreement, "startsOn": "2025-04-01", "decision": decision(),
            "amount": bounds["amount"], "basisPoints": bounds["basisPoints"],
        });
        self.run("recordNarrativeThreshold", input, "agreement { id }").await
    }

    /// Submits a return.
    pub async fn submits_return(&self, id: &str) -> Answer {
        self.run("submitReturn", json!({ "fundReturn": id }), RETURN).await
    }

    /// Agrees a return, as a body of its own has decided.
    pub async fn agrees_return(&self, id: &str) -> Answer {
        let input = json!({ "fundReturn": id, "decision": decision() });
        self.run("agreeReturn", input, RETURN).await
    }

    /// Asks about a return.
    pub async fn queries_return(&self, id: &str) -> Answer {
        let input = json!({ "fundReturn": id, "reason": "Why so much?" });
        self.run("queryReturn", input, RETURN).await
    }

    /// Answers what a partner asks about a return.
    pub async fn answers_query(&self, id: &str, partner: &str) -> Answer {
        let input = json!({ "fundReturn": id, "partner": partner, "answer": "A ward was opened" });
        self.run("answerReturnQuery", input, RETURN).await
    }

    /// Approves a return, as a body has decided.
    pub async fn approves_return(&self, id: &str) -> Answer {
        let input = json!({ "fundReturn": id, "decision": decision() });
        self.run("approveReturn", input, RETURN).await
    }

    /// Reads fields of a return; null when it is told of no such return.
    pub async fn reads_return(&self, id: &str, fields: &str) -> Value {
        let document =
            format!("query($id: ID!) {{ node(id: $id) {{ ... on FundReturn {{ {fields} }} }} }}");
        self.send(&document, json!({ "id": id })).await.ok().at("/node").clone()
    }
}
