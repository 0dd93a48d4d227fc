//! Contracts, drafted and taken on through the API by their co-ordinating commissioner.

use serde_json::{Value, json};

use crate::{Actor, Answer, posting::decision};

/// What most tests ask of a contract.
pub const WHOLE: &str = "contract {
  id reference title status version valueVersion wholeValue wholeValueBand
  values { financialYear amount ownShare }
  commissioners { organisation { id } role weight }
  providers { organisation { id } role }
  conditions { id isOpen } guarantees { id isOpen amount }
  statusHistory { status effectiveOn reasonCode documentReference continuity }
  withheld { field reason }
}";

/// The draft of a contract of two years between these commissioners and providers, the first of
/// each leading; shares by weight.
#[must_use]
pub fn drafted(reference: &str, commissioners: &[(&Actor, i64)], providers: &[&Actor]) -> Value {
    let role = |place: usize, first: &str, others: &str| {
        if place == 0 { first.to_owned() } else { others.to_owned() }
    };
    let weights: i64 = commissioners.iter().map(|it| it.1).sum();
    let commissioner = |(place, (who, weight)): (usize, &(&Actor, i64))| {
        json!({
            "organisation": who.id, "role": role(place, "CO_ORDINATING", "ASSOCIATE"),
            "weight": weight,
        })
    };
    let provider = |(place, who): (usize, &&Actor)| json!({ "organisation": who.id, "role": role(place, "LEAD", "MEMBER") });
    json!({
        "reference": reference, "title": format!("Care {reference}"), "model": "LEAD_PROVIDER",
        "services": ["Frailty"], "startsOn": "2026-04-01", "endsOn": "2028-03-31",
        "extensionMonths": [12], "shareTotal": weights,
        "commissioners": commissioners.iter().enumerate().map(commissioner).collect::<Vec<_>>(),
        "providers": providers.iter().enumerate().map(provider).collect::<Vec<_>>(),
    })
}

impl Actor {
    /// Drafts a contract, and answers its identity.
    ///
    /// # Panics
    /// When it is refused.
    pub async fn draft(&self, input: Value) -> String {
        let made = self.run("draftContract", input, "contract { id }").await.ok();
        made.text("/draftContract/contract/id").to_owned()
    }

    /// A contract as this actor reads it today; null when it does not.
    ///
    /// # Panics
    /// When the server answers with an error.
    pub async fn contract(&self, id: &str) -> Value {
        let document = format!("query($id: ID!) {{ contract(id: $id) {} }}", &WHOLE[9..]);
        self.send(&document, json!({ "id": id })).await.ok().at("/contract").clone()
    }

    /// Says what a contract costs in its two years.
    pub async fn plan(&self, id: &str, amounts: [&str; 2]) -> Answer {
        let years = ["2026/27", "2027/28"].into_iter().zip(amounts);
        let year = |(year, amount)| json!({ "financialYear": year, "amount": amount });
        let version = self.contract(id).await["valueVersion"].clone();
        let input = json!({
            "contract": id, "expectedValueVersion": version,
            "years": years.map(year).collect::<Vec<_>>(),
        });
        self.run("planContractValue", input, WHOLE).await
    }

    /// Takes a contract a step on from a day, with whatever else the step asks for.
    ///
    /// # Panics
    /// When there is no such contract for this actor.
    pub async fn step(&self, mutation: &str, id: &str, on: &str, more: Value) -> Answer {
        let version = self.contract(id).await["version"].clone();
        let mut input = json!({ "contract": id, "expectedVersion": version, "effectiveOn": on });
        if mutation == "awardContract" {
            input["decision"] = decision();
        }
        for (name, value) in more.as_object().into_iter().flatten() {
            input[name] = value.clone();
        }
        let input_type = match mutation {
            "mobiliseContract" | "activateContract" | "resumeContract" => "ContractStepInput",
            "terminateContract" | "cancelContract" | "abandonContract" => "EndContractInput",
            "awardContract" => "AwardContractInput",
            "suspendContract" => "SuspendContractInput",
            _ => "GiveContractNoticeInput",
        };
        self.run_typed(mutation, input_type, input, WHOLE).await
    }

    /// Takes a draft on until its services begin, on its first day.
    ///
    /// # Panics
    /// When a step is refused.
    pub async fn begin(&self, id: &str) {
        let _ = self.step("awardContract", id, "2025-10-01", json!({})).await.ok();
        let _ = self.step("mobiliseContract", id, "2025-10-01", json!({})).await.ok();
        let _ = self.step("activateContract", id, "2026-04-01", json!({})).await.ok();
    }
}
