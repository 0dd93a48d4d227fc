//! A head contract written past the program, and the supply chain that its buyers record under it.

use entities::{
    contract,
    contract_commissioner::{self as commissioner, CommissionerRole},
    contract_provider::{self as provider, ProviderRole},
    contract_status_change::{self as change, ContractStatus},
    contract_terms as terms, contract_value as value,
    membership::Role,
    organisation::OrganisationKind,
    organisation_succession,
    value::{FinancialYear, Pence},
};
use sea_orm::{ActiveModelTrait, EntityTrait, IntoActiveModel};
use serde_json::{Value, json};
use tributary::{access::derive, graphql::node::Kind};
use uuid::Uuid;

use crate::{Actor, Answer, World, relations::day};

/// What is read of a subcontract.
pub const LINK: &str = "id tier service reference stage confirmation isOnBehalf isMaterial startsOn
    endsOn version path buyer { name } seller { name }
    value { amount valueBand fromBasisPoints toBasisPoints } withheld { field reason }";

/// A contract of five years from 1 April 2025, worth £1,000,000 in each, and everybody around it.
pub struct Chain {
    /// The contract.
    pub contract: Uuid,
    /// The commissioner that leads.
    pub commissioner: Actor,
    /// The commissioner that buys with it.
    pub associate: Actor,
    /// The provider that holds the contract.
    pub lead: Actor,
    /// The providers that may sell: at tier 1, 2, 3 and 4 of the one chain, and beside it.
    pub sellers: Vec<Actor>,
    /// Somebody who stands nowhere.
    pub stranger: Actor,
}

impl Chain {
    /// A chain without links.
    ///
    /// # Panics
    /// When the database refuses.
    pub async fn on(world: &World) -> Self {
        let chain = Self {
            contract: world.database.clock().new_id(),
            commissioner: actor(world, "Board", OrganisationKind::IntegratedCareBoard).await,
            associate: actor(world, "Council", OrganisationKind::LocalAuthority).await,
            lead: actor(world, "Lead", OrganisationKind::NhsTrust).await,
            sellers: vec![
                actor(world, "Trust", OrganisationKind::NhsTrust).await,
                actor(world, "Charity", OrganisationKind::Charity).await,
                actor(world, "Practice", OrganisationKind::GpPractice).await,
                actor(world, "Clinic", OrganisationKind::IndependentProvider).await,
                actor(world, "Sibling", OrganisationKind::IndependentProvider).await,
            ],
            stranger: actor(world, "Stranger", OrganisationKind::IndependentProvider).await,
        };
        chain.write(world).await;
        chain
    }

    /// The head contract's global identity.
    #[must_use]
    pub fn id(&self) -> String {
        Kind::Contract.id(self.contract).to_string()
    }

    async fn write(&self, world: &World) {
        let clock = world.database.clock();
        let (id, from, now) = (self.contract, day("2025-04-01"), clock.now());
        let owner = self.commissioner.organisation;
        put(
            world,
            contract::Model {
                id,
                owner_id: owner,
                reference: "URGENT CARE".to_owned(),
                agreement_id: None,
                opened_on: from,
                shared_on: Some(from),
                version: 1,
            },
        )
        .await;
        put(
            world,
            terms::Model {
                id: clock.new_id(),
                contract_id: id,
                number: 1,
                is_draft: false,
                title: "Urgent care".to_owned(),
                model: None,
                form: None,
                services: terms::Services::default(),
                starts_on: Some(from),
                ends_on: Some(day("2030-03-31")),
                extension_months: terms::Extensions::default(),
                extensions_used: 0,
                vat_regime: None,
                floor_basis_points: 0,
                variation_id: None,
                effective_on: from,
                recorded_on: from,
                known_at: now,
            },
        )
        .await;
        let roles = [CommissionerRole::CoOrdinating, CommissionerRole::Associate];
        for (who, role) in [&self.commissioner, &self.associate].into_iter().zip(roles) {
            put(
                world,
                commissioner::Model {
                    id: clock.new_id(),
                    contract_id: id,
                    organisation_id: who.organisation,
                    role,
                    weight: None,
                    weight_total: None,
                    position: 1 + i32::from(role == CommissionerRole::Associate),
                    starts_on: from,
                    ends_on: None,
                    recorded_on: from,
                    known_at: now,
                    end_known_at: None,
                },
            )
            .await;
        }
        put(
            world,
            change::Model {
                id: clock.new_id(),
                contract_id: id,
                number: 1,
                status: ContractStatus::Active,
                suspended_part: None,
                continuity: None,
                reason_code: None,
                reason: None,
                document_reference: None,
                takes_effect_on: None,
                deciding_body: None,
                decided_on: None,
                minute_reference: None,
                effective_on: from,
                recorded_by_id: None,
                recorded_as_id: owner,
                recorded_on: from,
                known_at: now,
            },
        )
        .await;
        self.worth(world, 1, 100_000_000).await;
        self.provided_by(world, &self.lead).await;
    }

    /// Lets the contract be worth so many pence in each of its years, in another version.
    ///
    /// # Panics
    /// When the database refuses.
    pub async fn worth(&self, world: &World, version: i32, pence: i64) {
        self.worth_from(world, (version, "2025-04-01"), pence).await;
    }

    /// The same, as it is said on a day and from that day on.
    ///
    /// # Panics
    /// When the database refuses.
    pub async fn worth_from(&self, world: &World, (version, on): (i32, &str), pence: i64) {
        for start in 2025..2030 {
            let row = value::Model {
                id: world.database.clock().new_id(),
                contract_id: self.contract,
                version,
                financial_year: FinancialYear::starting(start).expect("a year"),
                is_draft: false,
                amount_pence: Pence(pence),
                variation_id: None,
                effective_on: day(on),
                recorded_on: day(on),
                known_at: world.database.clock().now(),
            };
            put(world, row).await;
        }
    }

    /// Lets another provider hold the contract, together with those that do.
    ///
    /// # Panics
    /// When the database refuses.
    pub async fn provided_by(&self, world: &World, who: &Actor) {
        self.provided_until(world, who, None).await;
    }

    /// The same, until a day.
    ///
    /// # Panics
    /// When the database refuses.
    pub async fn provided_until(&self, world: &World, who: &Actor, last: Option<&str>) {
        let row = provider::Model {
            id: world.database.clock().new_id(),
            contract_id: self.contract,
            organisation_id: who.organisation,
            role: if who.id == self.lead.id { ProviderRole::Lead } else { ProviderRole::Member },
            position: 1 + i32::from(who.id != self.lead.id),
            starts_on: day("2025-04-01"),
            ends_on: last.map(day),
            recorded_on: day("2025-04-01"),
            known_at: world.database.clock().now(),
            end_known_at: last.map(|_| world.database.clock().now()),
        };
        put(world, row).await;
        let derived = derive::contracts(world.database.for_migration(), &[self.contract]).await;
        derived.expect("access is derived");
    }

    /// Lets one organisation take over from another that closed.
    ///
    /// # Panics
    /// When the database refuses.
    pub async fn succeed(&self, world: &World, (from, to): (&Actor, &Actor), on: &str) {
        let row = organisation_succession::Model {
            predecessor_id: from.organisation,
            successor_id: to.organisation,
            effective_on: day(on),
        };
        put(world, row).await;
        let connection = world.database.for_migration();
        derive::with_chains(connection, &[self.contract]).await.expect("access is derived");
    }

    /// A subcontract as it is recorded: a year's £100,000.00 in 2025/26.
    #[must_use]
    pub fn link(&self, under: &str, seller: &Actor) -> Value {
        json!({
            "under": under, "seller": seller.id, "reference": format!("SUB {}", seller.id),
            "service": "Nursing", "startsOn": "2025-04-01", "endsOn": "2027-03-31",
            "values": [{ "financialYear": "2025/26", "worth": { "amount": "100000.00" } }],
        })
    }

    /// Records it, as its buyer.
    pub async fn record(&self, buyer: &Actor, input: Value) -> Answer {
        buyer.run("recordSubcontract", input, &format!("subcontract {{ {LINK} }}")).await
    }

    /// Four subcontracts, each under the one before, and one beside the first. Answers with their
    /// identities, the sibling's last.
    ///
    /// # Panics
    /// When one is refused.
    pub async fn four_tiers(&self) -> Vec<String> {
        let mut links = Vec::new();
        let (mut buyer, mut under) = (&self.lead, self.id());
        for (seller, amount) in self.sellers[..4].iter().zip([400, 300, 200, 50]) {
            let worth = json!({ "amount": format!("{amount}000.00") });
            let mut input = self.link(&under, seller);
            input["values"] = json!([{ "financialYear": "2025/26", "worth": worth }]);
            under = id_of(&self.record(buyer, input).await.ok());
            links.push(under.clone());
            buyer = seller;
        }
        let mut beside = self.link(&self.id(), &self.sellers[4]);
        beside["service"] = json!("Transport");
        links.push(id_of(&self.record(&self.lead, beside).await.ok()));
        links
    }
}

/// The identity of the subcontract that a mutation answered with.
///
/// # Panics
/// When there is none.
#[must_use]
pub fn id_of(answer: &Answer) -> String {
    answer.payload()["subcontract"]["id"].as_str().expect("a subcontract").to_owned()
}

async fn actor(world: &World, name: &str, kind: OrganisationKind) -> Actor {
    let id = world.organisation(name, kind).await;
    world.actor(id, &[Role::ContractManager, Role::Commissioner, Role::Auditor]).await
}

async fn put<M, A>(world: &World, row: M)
where
    M: IntoActiveModel<A>,
    A: ActiveModelTrait,
{
    A::Entity::insert(row.into_active_model().reset_all())
        .exec_without_returning(world.database.for_migration())
        .await
        .expect("a row");
}
