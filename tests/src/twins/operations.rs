//! Operations by chance: questions and changes, with good, hidden, absent and malformed identities,
//! filters, orders and cursors.

use serde_json::{Value, json};
use tributary::graphql::node::Kind;
use uuid::Uuid;

use crate::{
    evidence::Random,
    oracle::{Generated, Holder},
    world::global,
};

pub(super) const PAGE: &str =
    "totalCount edges { cursor } pageInfo { hasNextPage hasPreviousPage startCursor endCursor }";

/// What is sent, one after the other.
pub(super) struct Operations {
    pub(super) random: Random,
    viewer: String,
    pub(super) organisations: Vec<String>,
    pub(super) agreements: Vec<String>,
    pub(super) funds: Vec<String>,
    pub(super) schemes: Vec<String>,
    pub(super) others: Vec<String>,
    pub(super) contracts: Vec<String>,
    pub(super) links: Vec<String>,
    pub(super) budgets: Vec<String>,
    cursors: Vec<String>,
    keys: u64,
}

impl Operations {
    pub(super) fn new(world: &Generated, viewer: Holder) -> Self {
        let ids = |kind: Kind, ids: Vec<Uuid>| -> Vec<String> {
            let absent = [Uuid::from_u128(3), Uuid::from_u128(4)];
            ids.into_iter().chain(absent).map(|id| kind.id(id).to_string()).collect()
        };
        let mut others =
            ids(Kind::Contribution, world.contributions.iter().map(|row| row.id).collect());
        others.extend(ids(Kind::Commitment, world.commitments.iter().map(|row| row.id).collect()));
        others.extend(ids(Kind::Forecast, world.forecasts.iter().map(|row| row.id).collect()));
        others.extend(ids(Kind::Movement, world.movements.iter().map(|row| row.id).collect()));
        others
            .extend(ids(Kind::Transaction, world.transactions.iter().map(|row| row.id).collect()));
        others.extend(["".to_owned(), "agr_".to_owned(), "fnd_AAAA".to_owned()]);
        others.extend(ids(Kind::Team, world.teams.iter().map(|row| row.id).collect()));
        others.extend(ids(Kind::Proposal, world.proposals.iter().map(|row| row.id).collect()));
        let payments = world.contracting.payments.iter().map(|row| row.id);
        others.extend(ids(Kind::ChainPayment, payments.collect()));
        let published = world.contracting.publications.iter().map(|row| row.id);
        others.extend(ids(Kind::ContractPublication, published.collect()));
        let delegated = &world.contracting.delegated;
        let spent = delegated.spending.iter().map(|row| row.id);
        others.extend(ids(Kind::DelegatedSpending, spent.collect()));
        let budgets = delegated.budgets.iter().map(|row| row.id);
        let contracts = world.contracting.contracts.iter().map(|row| row.id);
        let links = world.contracting.links.iter().map(|row| row.id);
        Self {
            random: super::chance(viewer),
            viewer: global(viewer.organisation),
            organisations: world.organisations.iter().map(|row| global(row.id)).collect(),
            agreements: ids(Kind::Agreement, world.agreements.iter().map(|row| row.id).collect()),
            funds: ids(Kind::Fund, world.funds.iter().map(|row| row.id).collect()),
            schemes: ids(Kind::Scheme, world.schemes.iter().map(|row| row.id).collect()),
            others,
            contracts: ids(Kind::Contract, contracts.collect()),
            links: ids(Kind::Subcontract, links.collect()),
            budgets: ids(Kind::DelegatedBudget, budgets.collect()),
            cursors: vec!["nonsense".to_owned()],
            keys: 0,
        }
    }

    pub(super) fn pick(&mut self, of: &[&'static str]) -> &'static str {
        of[usize::try_from(self.random.below(of.len() as u64)).unwrap_or(0)]
    }

    pub(super) fn one(random: &mut Random, of: &[String]) -> String {
        of[usize::try_from(random.below(of.len() as u64)).unwrap_or(0)].clone()
    }

    /// The next operation.
    pub(super) fn next(&mut self) -> (String, Value) {
        match self.random.below(26) {
            24 | 25 => self.contracting(),
            0 | 1 => self.node(),
            2 | 3 => self.agreements(),
            4 | 5 => self.funds(),
            6 | 7 | 16 | 17 => self.inside(),
            8 => self.looked_up(),
            9 => self.elsewhere(),
            10 => (self.pick(&MALFORMED).to_owned(), json!({})),
            11 | 12 => self.around(),
            13 => self.divided(),
            14 => self.done(),
            15 => self.by_party(),
            _ => self.change(),
        }
    }

    /// Learns the cursors of an answer; true when the answer is of a change that took effect.
    pub(super) fn learn(&mut self, document: &str, body: &str) -> bool {
        let answer: Value = serde_json::from_str(body).unwrap_or_default();
        let text = answer.to_string();
        for part in text.split("\"cursor\":\"").skip(1).take(2) {
            self.cursors.push(part.split('"').next().unwrap_or_default().to_owned());
        }
        if self.cursors.len() > 40 {
            self.cursors.drain(..20);
        }
        document.starts_with("mutation")
            && answer["data"].as_object().is_some_and(|data| {
                data.values().all(|it| it["errors"].as_array().is_some_and(Vec::is_empty))
            })
    }

    pub(super) fn arguments(&mut self) -> String {
        self.page(&["1", "2", "3", "5", "100", "0", "101"], 50)
    }

    /// Of rows that are asked for so much that a hundred would be more than a request may come to.
    pub(super) fn arguments_of_few(&mut self) -> String {
        self.page(&["1", "2", "3", "5", "20", "0"], 20)
    }

    fn page(&mut self, sizes: &[&'static str], usual: u32) -> String {
        let size = self.pick(sizes);
        let cursor = Self::one(&mut self.random, &self.cursors);
        match self.random.below(6) {
            0 | 1 => format!("first: {size}"),
            2 => format!("last: {size}"),
            3 => format!("first: {size}, after: \"{cursor}\""),
            4 => format!("last: {size}, before: \"{cursor}\""),
            _ => format!("first: {usual}"),
        }
    }

    fn node(&mut self) -> (String, Value) {
        let all = [&self.agreements, &self.funds, &self.schemes, &self.others];
        let of = all[usize::try_from(self.random.below(4)).unwrap_or(0)].clone();
        let id = Self::one(&mut self.random, &of);
        let document =
            format!("query($id: ID!) {{ node(id: $id) {{ id __typename {FRAGMENTS} }} }}");
        (document, json!({ "id": id }))
    }

    fn agreements(&mut self) -> (String, Value) {
        let wanted = self.pick(&[
            "{}",
            "{ evidence: { eq: SIGNED } }",
            "{ not: { evidence: { eq: SIGNED } } }",
            "{ title: { startsWith: \"a\" } }",
            "{ status: { eq: DRAFT } }",
            "{ startsOn: { gte: \"2023-04-01\" } }",
        ]);
        let order = self.pick(&["TITLE_ASC", "TITLE_DESC", "REFERENCE_ASC", "STARTS_ON_DESC"]);
        let arguments = self.arguments();
        let document = format!(
            "{{ partnershipAgreements(where: {wanted}, orderBy: [{order}], {arguments}) {{ {PAGE} nodes {{ {AGREEMENT} }} }} }}"
        );
        (document, json!({}))
    }

    fn funds(&mut self) -> (String, Value) {
        let wanted = self.pick(&[
            "{}",
            "{ name: { startsWith: \"b\" } }",
            "{ name: { startsWith: \"name\" } }",
            "{ kind: { eq: POOLED } }",
            "{ not: { name: { startsWith: \"z\" } } }",
        ]);
        let order = self.pick(&["NAME_ASC", "NAME_DESC", "REFERENCE_ASC"]);
        let arguments = self.arguments();
        let document = format!(
            "{{ pooledFunds(where: {wanted}, orderBy: [{order}], {arguments}) {{ {PAGE} nodes {{ {FUND} }} }} }}"
        );
        (document, json!({}))
    }

    fn inside(&mut self) -> (String, Value) {
        let list = self.pick(&[
            "schemes",
            "contributions",
            "budgetMovements",
            "forecasts",
            "transactions",
        ]);
        let fields = match list {
            "schemes" => SCHEME,
            "contributions" => CONTRIBUTION,
            "budgetMovements" => "id reason effectiveOn knownAt",
            "forecasts" => "id version commentary status",
            _ => "id sequence description effectiveOn entries { amount account }",
        };
        let arguments = self.arguments();
        let document = format!(
            "query($id: ID!) {{ node(id: $id) {{ ... on PooledFund {{ {list}({arguments}) {{ {PAGE} nodes {{ {fields} }} }} }} }} }}"
        );
        (document, json!({ "id": Self::one(&mut self.random, &self.funds) }))
    }

    fn looked_up(&mut self) -> (String, Value) {
        let document = self.pick(&[
            "{ partnershipAgreement(reference: \"ALPHA\") { id title aims } }",
            "{ partnershipAgreement(reference: \"BETA\") { id title aims } }",
            "{ partnershipAgreement(reference: \"NONE\") { id title aims } }",
            "{ pooledFund(reference: \"FUND 0\") { id name kind } }",
            "{ pooledFund(reference: \"FUND 2\") { id name kind } }",
            "{ byExternalReference(system: \"SYSTEM 0\", value: \"1\") { id } }",
            "{ byExternalReference(system: \"SYSTEM 1\", value: \"1\") { id } }",
            "{ byExternalReference(system: \"SYSTEM 2\", value: \"1\") { id } }",
        ]);
        (document.to_owned(), json!({}))
    }

    fn elsewhere(&mut self) -> (String, Value) {
        let document = self.pick(&[
            "{ organisations(first: 5) { totalCount nodes { id name } } }",
            "{ auditTrail(first: 20) { totalCount nodes { action objectKind object before after } } }",
            "{ changes(first: 7) { edges { cursor node { kind objectId objectType fieldGroup recordedAt node { id } } } pageInfo { hasNextPage endCursor } } }",
            "{ changesCursor changes(first: 100) { nodes { kind objectId fieldGroup effectiveOn } pageInfo { endCursor } } }",
            "{ viewer { actingAs { id } roles permissions } }",
            "{ positions(financialYear: \"2025/26\", first: 20) { totalCount nodes { fundReference knownAt total { budget actual committed } } } }",
            "{ positions(financialYear: \"2024/25\", first: 20) { totalCount nodes { fundReference cash } } }",
        ]);
        (document.to_owned(), json!({}))
    }

    fn change(&mut self) -> (String, Value) {
        self.keys += 1;
        let key = format!("KEY {}", self.keys - self.random.below(2));
        let random = &mut self.random;
        let fund = Self::one(random, &self.funds);
        let scheme = Self::one(random, &self.schemes);
        let agreement = Self::one(random, &self.agreements);
        let other = Self::one(random, &self.others);
        let partner = Self::one(random, &self.organisations);
        let dry_run = random.below(4) == 0;
        let (name, input, fields) = match random.below(17) {
            0 => (
                "createPartnershipAgreement",
                json!({
                    "reference": key, "title": key, "aims": "To share", "statutoryBasis": "SECTION75",
                    "status": "IN_FORCE", "evidence": "SIGNED", "partners": [self.viewer, partner],
                    "host": self.viewer, "poolManager": "Pool manager", "startsOn": "2025-04-01",
                }),
                "agreement { id title }",
            ),
            1 => (
                "createPooledFund",
                json!({
                    "agreement": agreement, "reference": key, "name": key, "kind": "POOLED",
                }),
                "fund { id name }",
            ),
            2 => (
                "planContribution",
                json!({
                    "fund": fund, "partner": partner, "sourceCode": "ADDITIONAL_NHS",
                    "financialYear": "2025/26", "amount": "100.00", "idempotencyKey": key,
                    "decision": crate::posting::decision(),
                }),
                "contribution { id }",
            ),
            3 => (
                "recordExpenditure",
                json!({
                    "scheme": scheme, "amount": "1.00", "effective": { "effectiveOn": "2025-05-10" },
                    "description": "Care", "idempotencyKey": key,
                }),
                "transaction { id sequence knownAt }",
            ),
            4 | 5 => (
                "recordCommitment",
                json!({
                    "scheme": scheme, "financialYear": "2025/26", "amount": "5.00",
                    "description": "Beds", "effectiveOn": "2025-05-01", "idempotencyKey": key,
                }),
                "commitment { id }",
            ),
            6 => (
                "saveForecast",
                json!({
                    "fund": fund, "financialYear": "2025/26",
                    "lines": [{ "scheme": scheme, "month": 12, "amount": "7.00" }],
                }),
                "forecast { id version }",
            ),
            7 => ("submitForecast", json!({ "forecast": other }), "forecast { id }"),
            8 => (
                "setExternalReference",
                json!({
                    "object": other, "system": "LEDGER", "value": key,
                }),
                "",
            ),
            9 => (
                "createScheme",
                json!({
                    "fund": fund, "reference": key, "name": key, "schemeType": "OTHER",
                    "commissioner": self.viewer, "isRecurrent": true,
                    "budget": { "financialYear": "2025/26", "amount": "10.00",
                        "funding": [{ "partner": self.viewer, "source": "ADDITIONAL_NHS", "weight": 1 }] },
                }),
                "scheme { id }",
            ),
            10 => (
                "updateScheme",
                json!({
                    "scheme": scheme, "expectedVersion": 1, "name": key,
                }),
                "scheme { id name }",
            ),
            _ => self.change_around(&key),
        };
        let mut input = input;
        if dry_run {
            input["dryRun"] = json!(true);
        }
        let mut type_name = name.to_owned();
        type_name[..1].make_ascii_uppercase();
        let document = format!(
            "mutation($input: {type_name}Input!) {{ {name}(input: $input) {{ {fields} errors {{ code path message }} }} }}"
        );
        (document, json!({ "input": input }))
    }
}

const AGREEMENT: &str = "id reference title aims evidence poolManager noticeMonths postings warnings \
    version withheld { field reason } partners { organisation { id } } host { id } \
    funds(first: 9) { totalCount nodes { id reference name } } viewerCan { update { allowed reason } }";
const FUND: &str = "id reference name kind overProgrammingApproval version agreement { id } \
    withheld { field reason } viewerCan { createScheme { allowed reason } }";
const SCHEME: &str = "id reference name isRecurrent isCapital schemeType { code } commissioner { id } \
    provider { id } budget(financialYear: \"2025/26\") version withheld { field reason } \
    receivedByYou(financialYear: \"2025/26\") commitments(first: 9) { totalCount nodes { id amount } }";
const CONTRIBUTION: &str = "id sourceCode planned agreed invoiced received refunded partner { id }";
const FRAGMENTS: &str = "... on PartnershipAgreement { title aims evidence poolManager noticeMonths postings } \
    ... on PooledFund { reference kind overProgrammingApproval agreement { id } } \
    ... on Scheme { reference isRecurrent isCapital fund { id } } \
    ... on Contribution { sourceCode invoiced received } \
    ... on Forecast { commentary } ... on BudgetMovement { reason } ... on Commitment { description amount } \
    ... on Team { name serviceArea members { id } } ... on Proposal { state content }";
/// Documents that are wrong in themselves.
pub(super) const MALFORMED: [&str; 5] = [
    "{ nothing }",
    "{ node(id: 7) { id }",
    "{ partnershipAgreements(where: { nonsense: 1 }, first: 1) { totalCount } }",
    "{ positions(financialYear: \"2025\", first: 1) { totalCount } }",
    "{ pooledFunds(first: 1, last: 1) { totalCount } }",
];
