//! What actors say about proposals: made, decided, read.

use std::time::Duration;

use entities::membership::Role;
use serde_json::{Value, json};
use tributary::auth::{Viewer, keys, token};
use uuid::Uuid;

use crate::{Actor, Answer, Books, World, posting::decision};

/// What tests read of a proposal.
pub const PROPOSAL: &str = "proposal { id kind state amount appliedAt result
    needs { organisation { id } role decision { verdict } }
    decisions { organisation { id } account verdict reason knownAt
        decision { decidingBody decidedOn minuteReference } interests { description } }
    interests { description } viewerCan { approve { allowed reason } withdraw { allowed } } }";

impl Actor {
    /// Somebody with an account of their own who acts for the same organisation in these roles.
    ///
    /// # Panics
    /// When nothing can be signed.
    pub async fn colleague(&self, world: &World, account: u128, roles: &[Role]) -> Self {
        let account = Some(Uuid::from_u128(account));
        let viewer = Viewer { account, ..world.viewer(self.organisation, roles) };
        let key = keys::signing(&world.database).await.expect("a signing key");
        let lifetime = Duration::from_secs(365 * 24 * 3600);
        let now = world.database.clock().now();
        self.bearing(&token::sign(&key, &viewer, now, lifetime).expect("a token").text)
    }

    /// Approves a proposal.
    pub async fn approves(&self, proposal: &str) -> Answer {
        let input = json!({ "proposal": proposal, "decision": decision() });
        self.run("approveProposal", input, PROPOSAL).await
    }

    /// Refuses a proposal.
    pub async fn refuses(&self, proposal: &str, reason: &str) -> Answer {
        let input = json!({ "proposal": proposal, "reason": reason });
        self.run("refuseProposal", input, PROPOSAL).await
    }

    /// Withdraws a proposal.
    pub async fn withdraws(&self, proposal: &str) -> Answer {
        let input = json!({ "proposal": proposal, "reason": "Not needed any more" });
        self.run("withdrawProposal", input, PROPOSAL).await
    }

    /// Declares an interest in a proposal.
    pub async fn declares(&self, proposal: &str) -> Answer {
        let input = json!({ "proposal": proposal, "description": "A relative works there" });
        self.run("declareInterest", input, PROPOSAL).await
    }

    /// Proposes something, and answers with the identity of the proposal.
    pub async fn proposes(&self, mutation: &str, input: Value) -> String {
        let made = self.run(mutation, input, PROPOSAL).await.ok();
        made.text(&format!("/{mutation}/proposal/id")).to_owned()
    }

    /// Where a proposal stands; null for whoever does not see it.
    pub async fn state_of(&self, proposal: &str) -> Value {
        let document = "query($id: ID!) { node(id: $id) { ... on Proposal { state } } }";
        let answer = self.send(document, json!({ "id": proposal })).await.ok();
        answer.at("/node/state").clone()
    }
}

impl Books {
    /// What is sent to propose that budget moves between schemes.
    #[must_use]
    pub fn virement(&self, key: &str, schemes: &[(&str, &str)]) -> Value {
        let line = |(scheme, amount): &(&str, &str)| json!({ "scheme": scheme, "amount": amount });
        json!({
            "fund": self.fund, "financialYear": "2025/26", "reason": "Demand",
            "effectiveOn": "2025-11-01", "expiresOn": "2025-10-31", "idempotencyKey": key,
            "schemes": schemes.iter().map(line).collect::<Vec<_>>(),
        })
    }
}
