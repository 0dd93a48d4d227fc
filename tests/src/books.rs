//! An agreement between partners with one fund, opened through the API by its host.

use entities::{membership::Role, organisation::OrganisationKind};
use serde_json::{Value, json};

use crate::{Actor, Answer, World};

/// One partner of the agreement.
pub struct Partner {
    /// Its people: commissioning and finance.
    pub staff: Actor,
}

/// An agreement between partners, hosted by the first, with one pooled fund.
pub struct Books {
    /// The partners, the host first.
    pub partners: Vec<Partner>,
    /// The agreement's global identity.
    pub agreement: String,
    /// The fund's global identity.
    pub fund: String,
    /// The fund's reference.
    pub reference: String,
}

/// The funding source of every share, unless a test says otherwise.
pub const SOURCE: &str = "ADDITIONAL_NHS";

impl Books {
    /// Opens the books of an agreement from 1 April 2025 between partners of these names.
    pub async fn open(world: &World, names: &[&str]) -> Self {
        let mut partners = Vec::new();
        for name in names {
            let id = world.organisation(name, OrganisationKind::LocalAuthority).await;
            partners.push(world.actor(id, &[Role::Commissioner, Role::Finance]).await);
        }
        Self::between(partners, &names.join("-")).await
    }

    /// Opens the books of an agreement from 1 April 2025 between the organisations of these people.
    pub async fn between(partners: Vec<Actor>, reference: &str) -> Self {
        let ids: Vec<&str> = partners.iter().map(|staff| staff.id.as_str()).collect();
        let host = &partners[0];
        let agreement = json!({
            "reference": reference, "title": reference, "aims": "To share",
            "statutoryBasis": "SECTION75", "status": "IN_FORCE", "evidence": "SIGNED",
            "partners": ids, "host": host.id, "poolManager": "Pool manager",
            "startsOn": "2025-04-01",
        });
        let made = host.run("createPartnershipAgreement", agreement, "agreement { id }").await.ok();
        let agreement = made.text("/createPartnershipAgreement/agreement/id").to_owned();
        let partners = partners.into_iter().map(|staff| Partner { staff }).collect();
        let mut books =
            Self { partners, agreement, fund: String::new(), reference: reference.to_owned() };
        books.fund = books.another_fund(reference, "POOLED").await;
        books
    }

    /// Another fund of the agreement.
    pub async fn another_fund(&self, reference: &str, kind: &str) -> String {
        let input = json!({
            "agreement": self.agreement, "reference": reference, "name": reference, "kind": kind,
        });
        let made = self.host().run("createPooledFund", input, "fund { id }").await.ok();
        made.text("/createPooledFund/fund/id").to_owned()
    }

    /// The same books, and the partners' people with tokens of today.
    pub async fn again(mut self, world: &World) -> Self {
        for partner in &mut self.partners {
            partner.staff = world.again(&partner.staff).await;
        }
        self
    }

    /// The host's people.
    #[must_use]
    pub fn host(&self) -> &Actor {
        &self.partners[0].staff
    }

    /// The people of a partner.
    #[must_use]
    pub fn partner(&self, place: usize) -> &Actor {
        &self.partners[place].staff
    }

    /// Plans a contribution from [`SOURCE`], and answers its identity.
    pub async fn contribution(&self, partner: usize, amount: &str) -> String {
        self.contribution_to(&self.fund, partner, (SOURCE, amount)).await
    }

    /// Plans a contribution to a fund of the agreement.
    pub async fn contribution_to(
        &self,
        fund: &str,
        partner: usize,
        (source, amount): (&str, &str),
    ) -> String {
        let input = json!({
            "fund": fund, "partner": self.partner(partner).id, "sourceCode": source,
            "financialYear": "2025/26", "amount": amount, "decision": crate::posting::decision(),
            "idempotencyKey": format!("{fund} {partner} {source}"),
        });
        let made = self.host().run("planContribution", input, "contribution { id }").await.ok();
        made.text("/planContribution/contribution/id").to_owned()
    }

    /// Creates a scheme of the year with this budget, funded by partners from [`SOURCE`] in these
    /// weights, and answers its identity.
    pub async fn scheme(&self, reference: &str, budget: &str, weights: &[i64]) -> String {
        self.scheme_in(&self.fund, reference, budget, weights).await
    }

    /// The same, in a fund of the agreement.
    pub async fn scheme_in(
        &self,
        fund: &str,
        reference: &str,
        budget: &str,
        weights: &[i64],
    ) -> String {
        let made = self
            .host()
            .run(
                "createScheme",
                self.scheme_input(fund, reference, budget, weights),
                "scheme { id }",
            )
            .await;
        made.ok().text("/createScheme/scheme/id").to_owned()
    }

    /// What is sent to create a scheme.
    #[must_use]
    pub fn scheme_input(
        &self,
        fund: &str,
        reference: &str,
        budget: &str,
        weights: &[i64],
    ) -> Value {
        let share = |(place, weight): (usize, &i64)| json!({ "partner": self.partner(place).id, "source": SOURCE, "weight": weight });
        let funding: Vec<Value> =
            weights.iter().enumerate().filter(|(_, weight)| **weight > 0).map(share).collect();
        json!({
            "fund": fund, "reference": reference, "name": format!("Scheme {reference}"),
            "schemeType": "OTHER", "commissioner": self.host().id, "isRecurrent": true,
            "budget": { "financialYear": "2025/26", "amount": budget, "funding": funding },
        })
    }

    /// What is sent to record that the host spent `amount` on a scheme on a day.
    #[must_use]
    pub fn expenditure(scheme: &str, amount: &str, on: &str, key: &str) -> Value {
        json!({
            "scheme": scheme, "amount": amount, "effective": { "effectiveOn": on },
            "description": "Care", "idempotencyKey": key,
        })
    }

    /// Records that the host spent `amount` on a scheme on a day.
    pub async fn spend(&self, scheme: &str, amount: &str, on: &str, key: &str) -> Answer {
        let input = Self::expenditure(scheme, amount, on, key);
        self.host().run("recordExpenditure", input, "transaction { id sequence knownAt }").await
    }

    /// A position of the fund in 2025/26, with these further arguments and this selection.
    pub async fn position(&self, actor: &Actor, arguments: &str, selection: &str) -> Answer {
        let reference = &self.reference;
        actor
            .ask(&format!(
                r#"{{ pooledFund(reference: "{reference}") {{
                    position(financialYear: "2025/26" {arguments}) {{ {selection} }} }} }}"#
            ))
            .await
    }
}
