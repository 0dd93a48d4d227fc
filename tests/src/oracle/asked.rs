//! Everything that is asked for one viewer, and held against what it may see.

use std::collections::BTreeMap;

use entities::membership::Role;
use serde_json::{Value, json};
use tributary::graphql::node::Kind;
use uuid::Uuid;

pub use super::depth::Depth;
use super::{
    View,
    contract::Expected,
    deeds,
    masks::{FIELDS, Tier},
};
use crate::{Actor, evidence::Random};

/// The root fields that are held against the oracle.
pub const COMPARED: &[&str] = &[
    "auditTrail",
    "byExternalReference",
    "changes",
    "contract",
    "contractHolders",
    "contractSuppliers",
    "contracts",
    "delegatedBudgets",
    "delegatedPayments",
    "node",
    "nodes",
    "partnershipAgreement",
    "partnershipAgreements",
    "pooledFund",
    "pooledFunds",
    "positions",
    "proposals",
];

/// The root fields that are not, and why.
pub const EXEMPT: &[(&str, &str)] = &[
    ("changesCursor", "the place in the feed that is compared: tests/it/change_feed.rs"),
    ("codeList", "every signed-in organisation reads code lists, and alike"),
    ("export", "a job belongs to its maker, and its file is compared: tests/it/exports.rs"),
    ("exports", "jobs belong to their maker, and their files are compared: tests/it/exports.rs"),
    ("importJob", "a job belongs to its organisation: tests/it/fund_import.rs"),
    ("organisation", "every signed-in organisation reads organisations, and alike"),
    ("organisations", "every signed-in organisation reads organisations, and alike"),
    ("contractPublication", "everybody reads it, and alike: tests/it/contract_publication.rs"),
    ("contractPublications", "everybody reads them, and alike: tests/it/contract_publication.rs"),
    ("publication", "everybody reads publications, and alike: tests/it/publication.rs"),
    ("publications", "everybody reads publications, and alike: tests/it/publication.rs"),
    ("outsideIdentities", "an organisation's own, and no relation: tests/it/outside_identity.rs"),
    ("project", "its contract's value is compared, and who asks it: tests/it/projection.rs"),
    ("rateLimit", "what a sender may still ask for, and no relation: tests/it/cost.rs"),
    ("riskSharePosition", "what enters it is compared, and who asks it: tests/it/risk_share.rs"),
    ("replaySettlement", "what enters it is compared, and who asks it: tests/it/risk_share.rs"),
    ("serviceAccounts", "an organisation's own, and no relation: tests/it/service_account.rs"),
    ("sessions", "a person's own, and no relation: tests/it/session.rs"),
    ("viewer", "says who asks, from the token alone"),
];

/// Everybody asks in every role that does something or reads the trail.
pub const ROLES: [Role; 6] = [
    Role::Viewer,
    Role::Commissioner,
    Role::Finance,
    Role::Approver,
    Role::Auditor,
    Role::ContractManager,
];

/// What came of asking.
#[derive(Clone, Debug, Default)]
pub struct Report {
    /// Requests sent.
    pub requests: u64,
    /// Values compared.
    pub comparisons: u64,
    /// What differed.
    pub differences: Vec<String>,
    /// Links of supply chains of which all was compared, by tier.
    pub tiers: BTreeMap<i32, u64>,
}

impl Report {
    /// Both together.
    pub fn add(&mut self, other: Self) {
        self.requests += other.requests;
        self.comparisons += other.comparisons;
        self.differences.extend(other.differences);
        for (tier, count) in other.tiers {
            *self.tiers.entry(tier).or_default() += count;
        }
    }
}

/// One viewer's questions.
pub(super) struct Asker<'a> {
    pub(super) actor: &'a Actor,
    pub(super) view: &'a View<'a>,
    pub(super) random: Random,
    pub(super) report: Report,
    depth: Depth,
}

/// Asks everything for one viewer, and compares.
pub async fn ask(actor: &Actor, view: &View<'_>, depth: Depth) -> Report {
    let seed = view.world.seed ^ u64::from(actor.organisation.as_fields().0);
    let random = Random::new(seed);
    let mut asker = Asker { actor, view, random, report: Report::default(), depth };
    asker.objects().await;
    if depth.asks("Contract") && asker.goes_on() {
        asker.contracts().await;
    }
    if depth.asks("PaymentRun") && asker.goes_on() {
        asker.payment_runs().await;
    }
    if depth.asks("pay") && asker.goes_on() {
        asker.withholdings().await;
        asker.pay().await;
    }
    if depth.asks("Subcontract") && asker.goes_on() {
        asker.links().await;
    }
    if depth.asks("chains") && asker.goes_on() {
        asker.chains().await;
    }
    if depth.asks("DelegatedBudget") && asker.goes_on() {
        asker.delegated_budgets().await;
    }
    if depth.asks("circle") && asker.goes_on() {
        asker.circle().await;
    }
    if depth.asks("proposals") && asker.goes_on() {
        asker.proposals().await;
    }
    if depth.asks("returns") && asker.goes_on() {
        asker.returns().await;
    }
    if depth.asks("inside") && asker.goes_on() {
        asker.lists_inside().await;
    }
    if depth.asks("statements") && asker.goes_on() {
        asker.statements().await;
    }
    if depth.asks("trail") && asker.goes_on() {
        asker.trail().await;
    }
    if depth == Depth::Everything {
        asker.roots().await;
        asker.references().await;
        asker.contracts_looked_up().await;
        asker.feed().await;
        asker.contract_holders().await;
        asker.contract_suppliers().await;
        asker.hidden_is_absent().await;
    }
    asker.report
}

/// A global identity.
pub(super) fn id(kind: Kind, of: Uuid) -> String {
    kind.id(of).to_string()
}

impl Asker<'_> {
    pub(super) async fn get(&mut self, document: &str, variables: Value) -> Value {
        self.report.requests += 1;
        let answer = self.actor.send(document, variables).await.0;
        if let Some(errors) = answer.get("errors") {
            self.report.differences.push(format!("{document} was refused: {errors}"));
        }
        answer["data"].clone()
    }

    pub(super) fn same(&mut self, what: impl Fn() -> String, said: &Value, expected: &Value) {
        self.report.comparisons += 1;
        if said != expected {
            let (seed, who) = (self.view.world.seed, self.view.holder);
            self.report.differences.push(format!(
                "world {seed}, {who:?}: {}: the server says {said}, the oracle {expected}",
                what()
            ));
        }
    }

    fn goes_on(&self) -> bool {
        self.depth == Depth::Everything || self.report.differences.is_empty()
    }

    /// True when what may be done is asked for.
    pub(super) fn selects_deeds(&self) -> bool {
        !matches!(self.depth, Depth::About(_))
    }

    /// Every object of the world, and one that is in none, with what is shown of it.
    async fn objects(&mut self) {
        let world = self.view.world;
        let all: [(Kind, &str, Vec<Uuid>); 12] = [
            (
                Kind::Agreement,
                "PartnershipAgreement",
                world.agreements.iter().map(|row| row.id).collect(),
            ),
            (Kind::Fund, "PooledFund", world.funds.iter().map(|row| row.id).collect()),
            (Kind::Scheme, "Scheme", world.schemes.iter().map(|row| row.id).collect()),
            (
                Kind::Contribution,
                "Contribution",
                world.contributions.iter().map(|row| row.id).collect(),
            ),
            (Kind::Commitment, "Commitment", world.commitments.iter().map(|row| row.id).collect()),
            (Kind::Forecast, "Forecast", world.forecasts.iter().map(|row| row.id).collect()),
            (Kind::Movement, "BudgetMovement", world.movements.iter().map(|row| row.id).collect()),
            (
                Kind::Transaction,
                "LedgerTransaction",
                world.transactions.iter().map(|row| row.id).collect(),
            ),
            (Kind::Team, "Team", world.teams.iter().map(|row| row.id).collect()),
            (Kind::Proposal, "Proposal", world.proposals.iter().map(|row| row.id).collect()),
            (Kind::RiskShare, "RiskShare", world.risk_shares.iter().map(|row| row.id).collect()),
            (Kind::Settlement, "Settlement", world.settlements.iter().map(|row| row.id).collect()),
        ];
        for (kind, object, ids) in all {
            if self.depth.asks(object) && self.goes_on() {
                self.kind(kind, object, ids).await;
            }
        }
    }

    /// True when the object has an identity by which the viewer finds it.
    pub(super) fn is_found(&self, kind: Kind, of: Uuid) -> bool {
        let view = self.view;
        match kind {
            Kind::Agreement => view.agreements.contains(&of),
            Kind::Fund => view.funds.contains(&of),
            Kind::Scheme => view.schemes.contains(&of),
            Kind::Contribution => view.contributions.contains(&of),
            Kind::Forecast => view.forecasts.contains(&of),
            Kind::Movement => view.movements.contains(&of),
            Kind::Team => view.teams.contains(&of),
            Kind::Contract => view.sees_contract(of),
            Kind::Subcontract => view.sees_link(of),
            Kind::ChainPayment => view.reads_payment(of),
            Kind::DelegatedBudget => view.sees_budget(of),
            Kind::DelegatedSpending => view.finds_spending(of),
            Kind::Proposal => view.proposals.contains(&of),
            Kind::RiskShare => view.sees_risk_share(of),
            Kind::Settlement => view.sees_settlement(of),
            Kind::Commitment => {
                let is_promise =
                    |row: &&entities::commitment::Model| row.id == of && row.releases_id.is_none();
                let promise = view.world.commitments.iter().find(is_promise);
                promise.is_some() && view.commitments.contains(&of)
            }
            // Transactions are found in their fund's list, and by no identity.
            _ => false,
        }
    }

    async fn kind(&mut self, kind: Kind, object: &str, mut ids: Vec<Uuid>) {
        ids.push(Uuid::from_u128(7));
        let selected: String = FIELDS
            .iter()
            .filter(|field| field.object == object && self.depth.wants(field))
            .map(|field| format!(" {}", field.selected))
            .collect();
        let is_about = matches!(self.depth, Depth::About(_));
        let can = if is_about { String::new() } else { deeds::selected(object) };
        let more = match kind {
            _ if matches!(self.depth, Depth::About(_) | Depth::Doing(_)) => "",
            Kind::Fund => " agreement { id }",
            Kind::Scheme | Kind::Contribution | Kind::Forecast | Kind::Movement => " fund { id }",
            Kind::Commitment => " scheme { id }",
            _ => "",
        };
        let fragment = match kind {
            Kind::Transaction => String::new(),
            _ => format!("... on {object} {{ id{selected}{more}{can} }}"),
        };
        let document =
            format!("query($ids: [ID!]!) {{ nodes(ids: $ids) {{ __typename {fragment} }} }}");
        for some in ids.chunks(50) {
            let named: Vec<String> = some.iter().map(|of| id(kind, *of)).collect();
            let data = self.get(&document, json!({ "ids": named })).await;
            for (place, of) in some.iter().enumerate() {
                self.object((kind, *of), object, &data["nodes"][place]);
            }
        }
    }

    fn object(&mut self, (kind, of): (Kind, Uuid), object: &str, said: &Value) {
        let is_found = self.is_found(kind, of);
        let type_name = if is_found { json!(object) } else { Value::Null };
        let name = said.get("__typename").unwrap_or(&Value::Null);
        self.same(|| format!("node {kind:?} {of}"), name, &type_name);
        if !is_found || said.is_null() {
            return;
        }
        for (field, shown) in self.view.fields(object, of, |field| self.depth.wants(field)) {
            let is_shown = json!(!said[field].is_null());
            self.same(|| format!("{object}.{field} of {of} is shown"), &is_shown, &json!(shown));
        }
        let world = self.view.world;
        match kind {
            Kind::Fund => {
                if !said["position"].is_null() {
                    self.position(of, &said["position"]);
                }
                if !said["periods"].is_null() {
                    self.periods(of, &said["periods"]);
                }
            }
            Kind::Agreement if !said["position"].is_null() => {
                self.position_of_agreement(of, &said["position"]);
            }
            _ => {}
        }
        if let Some(agreement) = self.agreement_of(kind, of) {
            self.deeds(object, (agreement, of), said);
        }
        if matches!(self.depth, Depth::About(_) | Depth::Doing(_)) {
            return;
        }
        let (what, expected) = match kind {
            Kind::Fund => {
                let agreement = world.agreement_of(of);
                let sees = self.view.agreements.contains(&agreement);
                let expected = json!({ "id": id(Kind::Agreement, agreement) });
                ("agreement", if sees { expected } else { Value::Null })
            }
            Kind::Scheme => ("fund", self.fund_seen(world.scheme(of).fund_id)),
            Kind::Contribution => {
                let row = world.contributions.iter().find(|row| row.id == of);
                ("fund", row.map_or(Value::Null, |row| self.fund_seen(row.fund_id)))
            }
            Kind::Forecast => {
                let row = world.forecasts.iter().find(|row| row.id == of);
                ("fund", row.map_or(Value::Null, |row| self.fund_seen(row.fund_id)))
            }
            _ => return,
        };
        self.same(|| format!("{object}.{what} of {of}"), &said[what], &expected);
    }

    /// The agreement that an object belongs to, where it says what may be done to it.
    fn agreement_of(&self, kind: Kind, of: Uuid) -> Option<Uuid> {
        let world = self.view.world;
        let fund = match kind {
            Kind::Agreement => return Some(of),
            Kind::Team => {
                return world.teams.iter().find(|row| row.id == of).map(|row| row.agreement_id);
            }
            Kind::RiskShare => {
                let row = world.risk_shares.iter().find(|row| row.id == of);
                return row.map(|row| row.agreement_id);
            }
            Kind::Fund => of,
            Kind::Scheme => world.scheme(of).fund_id,
            Kind::Commitment => {
                world.scheme(world.commitments.iter().find(|row| row.id == of)?.scheme_id).fund_id
            }
            Kind::Forecast => world.forecasts.iter().find(|row| row.id == of)?.fund_id,
            Kind::Contribution => world.contributions.iter().find(|row| row.id == of)?.fund_id,
            _ => return None,
        };
        Some(world.agreement_of(fund))
    }

    /// The fund, where the viewer sees it.
    fn fund_seen(&self, fund: Uuid) -> Value {
        let sees = self.view.funds.contains(&fund);
        if sees { json!({ "id": id(Kind::Fund, fund) }) } else { Value::Null }
    }

    /// Rule V1: what is hidden and what is not there are answered with the same bytes.
    async fn hidden_is_absent(&mut self) {
        let world = self.view.world;
        let mut hidden: Vec<(Kind, Uuid)> = Vec::new();
        hidden.extend(world.agreements.iter().map(|row| (Kind::Agreement, row.id)));
        hidden.extend(world.funds.iter().take(3).map(|row| (Kind::Fund, row.id)));
        hidden.extend(world.schemes.iter().take(3).map(|row| (Kind::Scheme, row.id)));
        hidden.extend(world.forecasts.iter().take(3).map(|row| (Kind::Forecast, row.id)));
        hidden.extend(world.movements.iter().take(3).map(|row| (Kind::Movement, row.id)));
        hidden.extend(world.risk_shares.iter().map(|row| (Kind::RiskShare, row.id)));
        hidden.extend(world.settlements.iter().map(|row| (Kind::Settlement, row.id)));
        let (contracts, links) = (&world.contracting.contracts, &world.contracting.links);
        hidden.extend(contracts.iter().map(|row| (Kind::Contract, row.id)));
        hidden.extend(links.iter().take(5).map(|row| (Kind::Subcontract, row.id)));
        let payments = &world.contracting.payments;
        hidden.extend(payments.iter().take(5).map(|row| (Kind::ChainPayment, row.id)));
        let delegated = &world.contracting.delegated;
        let (budgets, spent) = (delegated.budgets.iter(), delegated.spending.iter());
        hidden.extend(budgets.take(5).map(|row| (Kind::DelegatedBudget, row.id)));
        hidden.extend(spent.take(5).map(|row| (Kind::DelegatedSpending, row.id)));
        hidden.extend(world.transactions.iter().take(2).map(|row| (Kind::Transaction, row.id)));
        let document = "query($id: ID!) { node(id: $id) { __typename id } }";
        for (kind, of) in hidden {
            if self.is_found(kind, of) {
                continue;
            }
            let absent =
                json!({ "id": id(kind, Uuid::from_u128(u128::from(self.random.below(9)))) });
            let hidden = self.actor.raw(document, json!({ "id": id(kind, of) })).await;
            let absent = self.actor.raw(document, absent).await;
            self.report.requests += 2;
            self.same(|| format!("{kind:?} {of}, hidden"), &json!(hidden), &json!(absent));
        }
    }

    /// True when a masked list of a fund is there at all.
    pub(super) fn list_of_fund(&self, fund: Uuid, name: &str) -> bool {
        let field = FIELDS.iter().find(|field| field.object == "PooledFund" && field.name == name);
        let (group, tier) = field.map_or(("SchemeName", Tier::Own), |it| (it.group, it.tier));
        let opens = |tier| self.view.opens_of_fund(fund, group, tier);
        if name == "contributions" && self.view.opens_of_fund(fund, "ContributionsOwn", Tier::Own) {
            return true;
        }
        opens(tier) || (name == "schemes" && opens(Tier::Summary))
    }

    /// Field by field; of `withheld` the names, which stand in no order that says anything.
    pub(super) fn each(&mut self, object: &str, of: Uuid, said: &Value, expected: &Expected) {
        for (field, expected) in expected {
            let names = |rows: &Value| {
                let rows = rows.as_array().into_iter().flatten();
                let mut names: Vec<&str> = rows.filter_map(|it| it["field"].as_str()).collect();
                names.sort_unstable();
                json!(names)
            };
            let found =
                if *field == "withheld" { names(&said[field]) } else { said[field].clone() };
            self.same(|| format!("{object}.{field} of {of}"), &found, expected);
        }
    }
}
