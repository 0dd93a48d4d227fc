//! Many contracts of one commissioner, each with a provider of its own, and one contract that is to
//! take their place.

use entities::{membership::Role, organisation::OrganisationKind};
use serde_json::{Value, json};

use crate::{Actor, Answer, World, contracts::drafted, posting::decision, world::global};

/// What is read of a contract that was replaced, or replaces others.
pub const NOVATED: &str = "id reference status statusSince version
    novatedTo { effectiveOn documentReference decision { minuteReference }
        head { reference } contract { reference } }
    novatedFrom(first: 100) { totalCount nodes { effectiveOn contract { reference } } }
    withheld { field reason }";

/// The roles of a commissioner.
pub const ROLES: [Role; 3] = [Role::Commissioner, Role::Finance, Role::Auditor];

/// Contracts that have been active since 1 October 2025, until 31 March 2030, and the draft of one of 15
/// years from 1 April 2026.
pub struct Novating {
    /// The commissioner that leads all of them.
    pub lead: Actor,
    /// The new entity, which is to hold the one contract.
    pub holder: Actor,
    /// The providers of the others, each of one.
    pub providers: Vec<String>,
    /// Those others.
    pub contracts: Vec<String>,
    /// The one contract.
    pub head: String,
    /// The agreement under which all of them are, if any.
    pub agreement: Option<String>,
}

impl Novating {
    /// So many contracts, and the draft, under no agreement.
    ///
    /// # Panics
    /// When something is refused.
    pub async fn of(world: &World, count: usize) -> Self {
        let board = world.organisation("Board", OrganisationKind::IntegratedCareBoard).await;
        let lead = world.actor(board, &ROLES).await;
        Self::led(world, (lead, None), count).await
    }

    /// So many contracts, and the draft, of this commissioner and under an agreement.
    ///
    /// # Panics
    /// When something is refused.
    pub async fn led(
        world: &World,
        (lead, agreement): (Actor, Option<String>),
        count: usize,
    ) -> Self {
        let entity = world.organisation("New entity", OrganisationKind::JointVenture).await;
        let holder = world.actor(entity, &[Role::ContractManager]).await;
        let (providers, contracts) = (Vec::new(), Vec::new());
        let mut it = Self { lead, holder, providers, contracts, head: String::new(), agreement };
        for number in 0..count {
            let name = format!("Provider {number}");
            let provider = world.organisation(&name, OrganisationKind::IndependentProvider).await;
            it.providers.push(global(provider));
            let contract = it.active(&format!("C {number:03}"), &global(provider)).await;
            it.contracts.push(contract);
        }
        let mut input = drafted("HEAD", &[(&it.lead, 1)], &[&it.holder]);
        (input["startsOn"], input["endsOn"]) = (json!("2026-04-01"), json!("2041-03-31"));
        input["agreement"] = json!(it.agreement);
        it.head = it.lead.draft(input).await;
        it
    }

    /// A contract that has been active since 1 October 2025.
    ///
    /// # Panics
    /// When a step is refused.
    pub async fn active(&self, reference: &str, provider: &str) -> String {
        let mut input = drafted(reference, &[(&self.lead, 1)], &[]);
        (input["startsOn"], input["endsOn"]) = (json!("2025-04-01"), json!("2030-03-31"));
        input["agreement"] = json!(self.agreement);
        input["providers"] = json!([{ "organisation": provider, "role": "LEAD" }]);
        let id = self.lead.draft(input).await;
        self.begin(&id, "2025-10-01").await;
        id
    }

    /// Takes a draft on until its services begin on a day.
    ///
    /// # Panics
    /// When a step is refused.
    pub async fn begin(&self, id: &str, on: &str) {
        let mut award = step(id, 1, "2025-10-01");
        award["decision"] = decision();
        let payload = "contract { id }";
        let _ = self.lead.run("awardContract", award, payload).await.ok();
        for (name, version, on) in
            [("mobiliseContract", 2, "2025-10-01"), ("activateContract", 3, on)]
        {
            let input = step(id, version, on);
            let _ = self.lead.run_typed(name, "ContractStepInput", input, payload).await.ok();
        }
    }

    /// Awards the one contract, whose services begin on its first day.
    ///
    /// # Panics
    /// When a step is refused.
    pub async fn award(&self) {
        self.begin(&self.head, "2026-04-01").await;
    }

    /// That the one contract takes the place of some from a day on, all as they were read after their
    /// services began.
    #[must_use]
    pub fn novation(&self, contracts: &[String], on: &str) -> Value {
        let replaced = |id: &String| json!({ "contract": id, "expectedVersion": 4 });
        json!({
            "head": self.head, "expectedVersion": 4, "effectiveOn": on,
            "contracts": contracts.iter().map(replaced).collect::<Vec<_>>(),
            "documentReference": "Deed 12", "decision": decision(),
        })
    }

    /// That some come back from a day on, or all.
    #[must_use]
    pub fn unfolding(&self, contracts: Option<&[String]>, version: i32, on: &str) -> Value {
        json!({
            "head": self.head, "expectedVersion": version, "contracts": contracts,
            "effectiveOn": on, "documentReference": "Deed 13", "decision": decision(),
        })
    }

    /// Lets the one contract take the place of others.
    pub async fn novate(&self, input: Value) -> Answer {
        self.lead.run("novateContracts", input, &format!("contract {{ {NOVATED} }}")).await
    }

    /// Lets others come back.
    pub async fn unfold(&self, input: Value) -> Answer {
        self.lead.run("unfoldNovation", input, &format!("contract {{ {NOVATED} }}")).await
    }
}

/// A contract as somebody reads it as at a day; null when it does not.
///
/// # Panics
/// When the server answers with an error.
pub async fn read(who: &Actor, id: &str, day: &str) -> Value {
    let document =
        format!("query($id: ID!, $day: Date!) {{ contract(id: $id, asOf: $day) {{ {NOVATED} }} }}");
    who.send(&document, json!({ "id": id, "day": day })).await.ok().at("/contract").clone()
}

fn step(id: &str, version: i32, on: &str) -> Value {
    json!({ "contract": id, "expectedVersion": version, "effectiveOn": on })
}
