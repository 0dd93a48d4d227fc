//! What actors say about proposals: made, decided, read.

use std::time::Duration;

use entities::{
    account,
    membership::{self, Role},
    session,
};
use sea_orm::{EntityTrait, IntoActiveModel, sea_query::OnConflict};
use serde_json::{Value, json};
use tributary::auth::{Viewer, keys, token};
use uuid::Uuid;

use crate::{Actor, Answer, Books, World, posting::decision, raw::day};

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
        let account = Uuid::from_u128(account);
        let session = sign_in(world, account, (self.organisation, roles)).await;
        let viewer = world.viewer(self.organisation, roles);
        let viewer = Viewer { account: Some(account), session: Some(session), ..viewer };
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

/// Gives an account these roles in an organisation, and begins a session of it.
async fn sign_in(world: &World, account: Uuid, (organisation, roles): (Uuid, &[Role])) -> Uuid {
    let connection = world.database.for_migration();
    let row = account::Model {
        id: account,
        email: format!("{account}@partners.example"),
        password_hash: String::new(),
        disabled_at: None,
    };
    // The same person may act for several organisations.
    let _ = account::Entity::insert(row.into_active_model())
        .on_conflict(OnConflict::new().do_nothing().to_owned())
        .try_insert()
        .exec_without_returning(connection)
        .await
        .expect("an account");
    let clock = world.database.clock();
    for role in roles {
        let row = membership::Model {
            id: clock.new_id(),
            account_id: account,
            organisation_id: organisation,
            role: *role,
            starts_on: day(2025, 4, 1),
            ends_on: None,
        };
        let _ = membership::Entity::insert(row.into_active_model())
            .on_conflict(OnConflict::new().do_nothing().to_owned())
            .try_insert()
            .exec_without_returning(connection)
            .await
            .expect("a membership");
    }
    let row = session::Model {
        id: clock.new_id(),
        account_id: account,
        organisation_id: organisation,
        team_id: None,
        started_at: clock.now(),
        ended_at: None,
    };
    let id = row.id;
    let inserted = session::Entity::insert(row.into_active_model());
    inserted.exec_without_returning(connection).await.expect("a session");
    id
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
