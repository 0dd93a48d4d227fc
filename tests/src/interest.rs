//! Interests in contracts, declared and withdrawn through the API.

use serde_json::{Value, json};

use crate::{Actor, Answer};

/// What is asked of an interest.
pub const INTEREST: &str =
    "interest { id organisation { id } isOrganisations account kind description
    concerns { id } startsOn management arrangement declaredAt withdrawnAt withdrawalReason
    viewerCan { withdraw { allowed reason } } withheld { field reason } }";

/// An interest that excludes, because of what ties somebody to another organisation.
#[must_use]
pub fn interest(contract: &str, concerns: &Actor) -> Value {
    json!({
        "contract": contract, "kind": "INDIRECT", "description": "A relative works there",
        "concerns": concerns.id, "startsOn": "2024-04-01", "management": "EXCLUDED",
        "arrangement": "Leaves the room, and a colleague decides",
    })
}

impl Actor {
    /// Declares an interest in a contract.
    pub async fn has_interest(&self, input: Value) -> Answer {
        self.run("declareContractInterest", input, INTEREST).await
    }

    /// Declares one that excludes, and answers with its identity.
    ///
    /// # Panics
    /// When it is refused.
    pub async fn is_excluded(&self, contract: &str, concerns: &Actor) -> String {
        let told = self.has_interest(interest(contract, concerns)).await.ok();
        told.payload()["interest"]["id"].as_str().expect("an identity").to_owned()
    }

    /// Withdraws an interest.
    pub async fn lets_go(&self, interest: &str) -> Answer {
        let input = json!({ "interest": interest, "reason": "The relative has left" });
        self.run("withdrawContractInterest", input, INTEREST).await
    }

    /// The interests in a contract as this actor reads them; null where it does not.
    ///
    /// # Panics
    /// When the server answers with an error.
    pub async fn interests(&self, contract: &str) -> Value {
        let document = format!(
            "query($id: ID!) {{ contract(id: $id) {{ interests {} }} }}",
            INTEREST.split_once(' ').map_or("", |it| it.1)
        );
        let told = self.send(&document, json!({ "id": contract })).await.ok();
        told.at("/contract/interests").clone()
    }
}
