//! Contracts: who sees which, as at which day, and what of it.

use std::collections::BTreeMap;

use chrono::NaiveDate;
use entities::{
    contract, contract_status_change::ContractStatus, contract_terms as terms,
    contract_value as value, relation::RelationKind,
};
use serde_json::{Value, json};
use tributary::graphql::node::Kind;
use uuid::Uuid;

use super::{
    View,
    asked::{Asker, id},
    chain_payment,
    circle::ids,
    deeds, interest,
    link::banded,
    masks::Tier,
    novation, publication,
    standings::{Standing, first_of_year},
};
use crate::{raw::day, world::global};

/// What is expected of an object's fields.
pub(super) type Expected = Vec<(&'static str, Value)>;

/// Everything that is asked of a contract.
const ASKED: &str = "id reference asOf title model form services startsOn endsOn extensionMonths \
     extensionsUsed vatRegime floorBasisPoints commissioners { organisation { id } weight endsOn } \
     providers { organisation { id } endsOn } status statusSince statusHistory { status } \
     values { financialYear amount } wholeValue wholeValueBand valueVersion conditions { id } \
     guarantees { id amount } variations { number approvals { commissioner { id } } } terms { title } version agreement { id } \
     withheld { field } \
     supplyChain(financialYear: \"2025/26\") { links(first: 100) { totalCount nodes { id } } }";

/// What `withheld` names, by the line of the matrix and how much of it has to be read.
const WITHHELD: [(&str, Tier, &[&str]); 7] = [
    (
        "ContractTerms",
        Tier::Summary,
        &["title", "model", "startsOn", "endsOn", "commissioners", "providers"],
    ),
    (
        "ContractTerms",
        Tier::Full,
        &[
            "form",
            "services",
            "extensionMonths",
            "extensionsUsed",
            "vatRegime",
            "floorBasisPoints",
            "terms",
            "conditions",
            "guarantees",
            "variations",
            "version",
        ],
    ),
    ("ContractStatus", Tier::Summary, &["status", "statusSince"]),
    ("ContractStatus", Tier::Full, &["statusHistory"]),
    ("ContractValue", Tier::Full, &["wholeValue", "valueVersion"]),
    ("ContractValue", Tier::Summary, &["wholeValueBand"]),
    ("ContractValue", Tier::Own, &["values"]),
];

/// Whoever provides, which shuts it out of what the commissioners keep to themselves.
const PROVIDERS: [RelationKind; 4] = [
    RelationKind::LeadProvider,
    RelationKind::ConsortiumMember,
    RelationKind::Buyer,
    RelationKind::Seller,
];

/// An amount as it is sent.
pub(super) fn money(pence: i64) -> String {
    let sign = if pence < 0 { "-" } else { "" };
    format!("{sign}{}.{:02}", pence.abs() / 100, pence.abs() % 100)
}

pub(super) fn any(to: &[&Standing], group: &str, tier: Tier) -> bool {
    to.iter().any(|it| it.opens(group, tier))
}

/// The last day that any opens of a group.
pub(super) fn last_day(to: &[&Standing], group: &str, tiers: &[Tier]) -> Option<NaiveDate> {
    let opening = to.iter().filter(|it| tiers.iter().any(|tier| it.opens(group, *tier)));
    opening.map(|it| it.to).max()
}

/// A contract as a viewer reads it today.
pub struct Told<'a> {
    row: &'a contract::Model,
    /// How the viewer stands to it.
    pub(super) to: Vec<&'a Standing>,
    /// The day as at which it is read.
    pub(super) as_of: NaiveDate,
    /// How the viewer stands to that day.
    pub(super) then: Vec<&'a Standing>,
    /// How the viewer stands to days that have begun.
    pub(super) begun: Vec<&'a Standing>,
    /// The last day whose drafts it reads.
    drafts_to: Option<NaiveDate>,
}

impl<'a> View<'a> {
    /// Who reads a draft: whoever reads the commissioners' own and provides nothing, and the
    /// commissioner that writes it; and nobody whom an interest shuts out.
    fn drafting(&self, of: Uuid) -> Vec<&Standing> {
        let to = self.to_contracts.get(&of).filter(|_| !self.is_shut_out(of));
        let to: Vec<&Standing> = to.into_iter().flatten().collect();
        let provides = to.iter().any(|it| PROVIDERS.contains(&it.kind));
        let writes = |it: &Standing| it.kind == RelationKind::CoordinatingCommissioner;
        let reads = |it: &Standing| !provides && it.opens("ContractDraft", Tier::Full);
        to.into_iter().filter(|it| writes(it) || reads(it)).collect()
    }

    /// True when the viewer sees a contract: as a draft, or because it was awarded in its days.
    #[must_use]
    pub fn sees_contract(&self, of: Uuid) -> bool {
        let contracts = &self.world.contracting.contracts;
        let Some(row) = contracts.iter().find(|row| row.id == of) else { return false };
        let mut to = self.to_contracts.get(&of).into_iter().flatten();
        let awarded = row
            .shared_on
            .is_some_and(|on| to.any(|it| it.opens("ContractTerms", Tier::Summary) && on <= it.to));
        awarded || !self.drafting(of).is_empty()
    }

    /// A contract as it is read today: no later than the viewer's days.
    pub fn told_of_contract(&'a self, of: Uuid) -> Told<'a> {
        let row = self.world.contracting.contract(of);
        let drafting = self.drafting(of);
        let has_begun = |it: &&Standing| it.from <= self.today;
        let drafts_to = drafting.iter().filter(|it| has_begun(it)).map(|it| it.to).max();
        let to: Vec<&Standing> = match row.shared_on {
            Some(_) => self.to_contracts.get(&of).into_iter().flatten().collect(),
            None => drafting,
        };
        let begun: Vec<&Standing> = to.iter().copied().filter(has_begun).collect();
        let last = last_day(&begun, "ContractTerms", &[Tier::Summary]).unwrap_or(self.today);
        let as_of = self.today.min(last);
        let then = to.iter().copied().filter(|it| it.covers(as_of, as_of)).collect();
        Told { row, to, as_of, then, begun, drafts_to }
    }

    /// What a contract says to the viewer, the first first.
    pub fn said_by(&'a self, told: &Told<'_>) -> Vec<&'a terms::Model> {
        let to = last_day(&told.begun, "ContractTerms", &[Tier::Summary]);
        let said = self.world.contracting.terms.iter();
        let said = said.filter(|it| it.contract_id == told.row.id && it.effective_on <= told.as_of);
        said.filter(|it| told.opens(to, it.is_draft, it.effective_on.max(it.recorded_on))).collect()
    }

    /// Where it stands: what runs has expired after its last day.
    pub(super) fn stands(&self, told: &Told<'_>) -> Option<(ContractStatus, NaiveDate)> {
        use ContractStatus::{Active, Expired, NoticeGiven, Suspended};
        let last = self.changes(told).into_iter().next_back()?;
        let terms = self.said_by(told).into_iter().next_back();
        let terms = terms.filter(|_| any(&told.then, "ContractTerms", Tier::Summary));
        let after = terms.and_then(|it| it.ends_on).and_then(|it| it.succ_opt());
        match after.filter(|after| *after <= told.as_of) {
            Some(after) if matches!(last.0, Active | Suspended | NoticeGiven) => {
                Some((Expired, after.max(last.1)))
            }
            _ => Some(last),
        }
    }

    /// How it came to stand so, the first first.
    fn changes(&self, told: &Told<'_>) -> Vec<(ContractStatus, NaiveDate)> {
        let to = last_day(&told.begun, "ContractStatus", &[Tier::Summary]);
        let rows = self.world.contracting.changes.iter();
        let rows = rows.filter(|it| it.contract_id == told.row.id && it.effective_on <= told.as_of);
        let rows = rows.filter(|it| told.opens(to, false, it.effective_on.max(it.recorded_on)));
        let reads = any(&told.then, "ContractStatus", Tier::Summary);
        rows.filter(|_| reads).map(|it| (it.status, it.effective_on)).collect()
    }

    /// What it is expected to cost: of each year the last that was said of what a relation opens, both
    /// the year and the day, with its year's first calendar year.
    pub(super) fn costs(&self, told: &Told<'_>) -> BTreeMap<i32, &value::Model> {
        let mut years = BTreeMap::new();
        let rows = self.world.contracting.values.iter();
        for row in rows.filter(|it| it.contract_id == told.row.id && it.effective_on <= told.as_of)
        {
            if told.opens_value(row, &[Tier::Summary, Tier::Own]) {
                years.insert(row.financial_year.start_year(), row);
            }
        }
        years
    }

    /// What it is expected to cost in all years, where one relation opens them all in a tier, and no
    /// day since.
    fn whole(&self, told: &Told<'_>, tier: Tier) -> Option<i64> {
        let costs = self.costs(told);
        let (first, forever) = (first_of_year(told.row.opened_on), day(9999, 12, 31));
        let has_all = |it: &&Standing| {
            it.opens("ContractValue", tier) && it.from <= first && it.to == forever
        };
        let is_all = !costs.is_empty() && told.then.iter().any(has_all);
        is_all.then(|| costs.values().map(|row| row.amount_pence.0).sum())
    }

    /// The parties on the day as at which it is read: each with its last day.
    pub(super) fn parties(
        &self,
        told: &Told<'_>,
        providing: bool,
    ) -> Vec<(String, Option<NaiveDate>)> {
        let Some(to) = last_day(&told.begun, "ContractTerms", &[Tier::Summary]) else {
            return Vec::new();
        };
        if !any(&told.then, "ContractTerms", Tier::Summary) {
            return Vec::new();
        }
        let rows = &self.world.contracting;
        let commissioners = rows.commissioners.iter().filter(|_| !providing).map(|it| {
            (it.contract_id, it.organisation_id, it.starts_on, it.ends_on, it.recorded_on)
        });
        let providers = rows.providers.iter().filter(|_| providing).map(|it| {
            (it.contract_id, it.organisation_id, it.starts_on, it.ends_on, it.recorded_on)
        });
        let mut parties = Vec::new();
        for (contract, who, from, ends_on, recorded_on) in commissioners.chain(providers) {
            let is_known = contract == told.row.id && recorded_on <= to;
            let is_one = from <= told.as_of && ends_on.is_none_or(|last| told.as_of <= last);
            if is_known && is_one {
                // Whoever has left is not told of a later end.
                parties.push((global(who), ends_on.filter(|last| *last <= to)));
            }
        }
        parties.sort();
        parties
    }
}

impl<'a> Told<'a> {
    /// True of what counted by a day that is open, and of what was drafted by one whose drafts are.
    pub(super) fn opens(&self, to: Option<NaiveDate>, is_draft: bool, on: NaiveDate) -> bool {
        let is_open = |to: Option<NaiveDate>| to.is_some_and(|to| on <= to);
        is_open(to) && (!is_draft || is_open(self.drafts_to))
    }

    /// True when a relation opens what a year costs in one of these tiers: the year, and the day on
    /// which that was said.
    pub(super) fn opens_value(&self, row: &value::Model, tiers: &[Tier]) -> bool {
        let on = row.effective_on.max(row.recorded_on);
        let is_open = |it: &&Standing| {
            let reads = tiers.iter().any(|tier| it.opens("ContractValue", *tier));
            reads && it.covers_year(row.financial_year.start_year()) && on <= it.to
        };
        let is_drafts = !row.is_draft || self.drafts_to.is_some_and(|to| on <= to);
        is_drafts && self.begun.iter().any(is_open)
    }

    /// True when a group is read, of the day as at which the contract is.
    pub(super) fn reads(&self, group: &str, tier: Tier) -> bool {
        any(&self.then, group, tier)
    }

    /// The last day of which all of its status is read; none where it is not.
    pub(super) fn status_to(&self) -> Option<NaiveDate> {
        let reads = any(&self.then, "ContractStatus", Tier::Full);
        last_day(&self.begun, "ContractStatus", &[Tier::Full]).filter(|_| reads)
    }

    /// How the viewer stands to it, of a draft by whatever opens one.
    pub(super) fn standings(&self) -> impl Iterator<Item = &'a Standing> {
        self.to.iter().copied()
    }

    /// True when all of the terms that counted on a day are read.
    pub fn opens_terms(&self, on: NaiveDate) -> bool {
        let to = last_day(&self.begun, "ContractTerms", &[Tier::Full]);
        any(&self.then, "ContractTerms", Tier::Full) && to.is_some_and(|to| on <= to)
    }

    /// True when a group is read of some day.
    pub fn ever_reads(&self, group: &str, tier: Tier) -> bool {
        any(&self.to, group, tier)
    }

    fn withheld(&self) -> Value {
        let mut withheld: Vec<&str> = Vec::new();
        let more = novation::WITHHELD.into_iter().chain(interest::WITHHELD);
        for (group, tier, fields) in WITHHELD.into_iter().chain(more) {
            // One's own part of the value is read whenever it is read at all.
            let to = if tier == Tier::Own { &self.to } else { &self.then };
            if !any(to, group, tier) {
                withheld.extend(fields);
            }
        }
        withheld.sort_unstable();
        json!(withheld)
    }
}

impl View<'_> {
    fn expected_of_contract(&self, told: &Told<'_>) -> Expected {
        let (contracting, row) = (&self.world.contracting, told.row);
        let then = |group, tier| any(&told.then, group, tier);
        let full = then("ContractTerms", Tier::Full);
        let only = |is_shown: bool, value: Value| if is_shown { value } else { Value::Null };
        let said = self.said_by(told);
        let terms = said.last().filter(|_| then("ContractTerms", Tier::Summary));
        let tells = terms.is_some();
        let of_terms = |it: fn(&terms::Model) -> Value| terms.map_or(Value::Null, |row| it(row));
        let status = self.stands(told);
        let changes: Vec<Value> =
            self.changes(told).iter().map(|it| json!({ "status": it.0 })).collect();
        let mut values = Vec::new();
        for (start, row) in self.costs(told) {
            let amount = told.opens_value(row, &[Tier::Full]).then(|| money(row.amount_pence.0));
            if told.opens_value(row, &[Tier::Own]) {
                let year = format!("{start}/{}", (start + 1) % 100);
                values.push(json!({ "financialYear": year, "amount": amount }));
            }
        }
        let opened = last_day(&told.begun, "ContractTerms", &[Tier::Full]);
        let is_open = |on: NaiveDate| opened.is_some_and(|to| on <= to);
        let rows = contracting.conditions.iter();
        let rows = rows.filter(|it| it.contract_id == row.id && is_open(it.recorded_on));
        let conditions: Vec<Value> =
            rows.map(|it| json!({ "id": id(Kind::ContractCondition, it.id) })).collect();
        let rows = contracting.guarantees.iter();
        let rows = rows.filter(|it| it.contract_id == row.id && is_open(it.recorded_on));
        let varied = contracting.variations.iter().filter(|it| it.contract_id == row.id);
        let varied = varied.filter(|it| is_open(it.effective_on.max(it.recorded_on)));
        let variation = |it: &entities::contract_variation::Model| {
            let decided = contracting.approvals.iter().filter(|by| by.variation_id == it.id);
            let decided =
                decided.map(|by| json!({ "commissioner": { "id": global(by.organisation_id) } }));
            json!({ "number": it.number, "approvals": decided.collect::<Vec<Value>>() })
        };
        let variations: Vec<Value> = varied.map(variation).collect();
        let reads_value = then("ContractValue", Tier::Full);
        let guarantee = |it: &entities::contract_guarantee::Model| {
            let amount = it.amount_pence.filter(|_| reads_value).map(|it| money(it.0));
            json!({ "id": id(Kind::ContractGuarantee, it.id), "amount": amount })
        };
        let guarantees: Vec<Value> = rows.map(guarantee).collect();
        let titles: Vec<Value> = said.iter().map(|it| json!({ "title": it.title })).collect();
        let versions = contracting.values.iter().filter(|it| {
            it.contract_id == row.id && told.opens_value(it, &[Tier::Summary, Tier::Own])
        });
        let version = versions.map(|it| it.version).max().unwrap_or(0);
        let agreement = row.agreement_id.filter(|of| self.agreements.contains(of));
        let today = told.to.iter().filter(|it| it.covers(self.today, self.today));
        let reads_today = today.clone().any(|it| it.opens("ContractTerms", Tier::Full));
        let (novated_to, novated_from) = self.novations_of(told, row.id);
        let of_year = self.costs(told).remove(&2025).map(|it| (it, it.amount_pence.0));
        let by_head = of_year.filter(|(it, _)| reads_value && told.opens_value(it, &[Tier::Full]));
        let whole = self.whole(told, Tier::Full);
        let band = self.whole(told, Tier::Summary);
        vec![
            ("reference", json!(row.reference)),
            ("asOf", json!(told.as_of)),
            ("title", of_terms(|it| json!(it.title))),
            ("model", of_terms(|it| json!(it.model))),
            ("startsOn", of_terms(|it| json!(it.starts_on))),
            ("endsOn", of_terms(|it| json!(it.ends_on))),
            ("form", only(full, of_terms(|it| json!(it.form)))),
            ("services", only(full, of_terms(|it| json!(it.services)))),
            ("extensionMonths", only(full, of_terms(|it| json!(it.extension_months)))),
            ("extensionsUsed", only(full && tells, json!(0))),
            ("vatRegime", only(full, of_terms(|it| json!(it.vat_regime)))),
            ("floorBasisPoints", only(full, of_terms(|it| json!(it.floor_basis_points)))),
            ("status", status.map_or(Value::Null, |it| json!(it.0))),
            ("statusSince", status.map_or(Value::Null, |it| json!(it.1))),
            ("statusHistory", only(then("ContractStatus", Tier::Full), json!(changes))),
            ("values", only(any(&told.to, "ContractValue", Tier::Own), json!(values))),
            ("wholeValue", whole.map_or(Value::Null, |pence| json!(money(pence)))),
            ("wholeValueBand", band.map_or(Value::Null, banded)),
            ("valueVersion", only(reads_value, json!(version))),
            ("conditions", only(full, json!(conditions))),
            ("guarantees", only(full, json!(guarantees))),
            ("variations", only(full, json!(variations))),
            ("terms", only(full, json!(titles))),
            ("version", only(reads_today, json!(row.version))),
            (
                "agreement",
                agreement.map_or(Value::Null, |of| json!({ "id": id(Kind::Agreement, of) })),
            ),
            ("novatedTo", novated_to),
            ("novatedFrom", novated_from),
            ("valuePerHead", by_head.map_or(Value::Null, |it| novation::by_head(it.1))),
            ("publications", self.published_of(row.id)),
            ("withheld", told.withheld()),
        ]
    }
}

impl Asker<'_> {
    /// Every contract of the world, and one that is in none.
    pub(super) async fn contracts(&mut self) {
        let can = self.selects_deeds().then(|| deeds::selected("Contract"));
        let document = format!(
            "query($ids: [ID!]!) {{ nodes(ids: $ids) {{ __typename ... on Contract {{ {ASKED} \
             {} {} {} {} {} }} }} }}",
            novation::ASKED,
            publication::ASKED,
            interest::ASKED,
            chain_payment::of_contract(),
            can.unwrap_or_default()
        );
        let contracts = self.view.world.contracting.contracts.iter().map(|row| row.id);
        let contracts: Vec<Uuid> = contracts.chain([Uuid::from_u128(7)]).collect();
        for some in contracts.chunks(5) {
            let named: Vec<String> = some.iter().map(|of| id(Kind::Contract, *of)).collect();
            let data = self.get(&document, json!({ "ids": named })).await;
            for (place, of) in some.iter().enumerate() {
                self.contract(*of, &data["nodes"][place]);
            }
        }
    }

    fn contract(&mut self, of: Uuid, said: &Value) {
        let view = self.view;
        let is_found = view.sees_contract(of);
        let type_name = if is_found { json!("Contract") } else { Value::Null };
        let name = said.get("__typename").unwrap_or(&Value::Null);
        self.same(|| format!("the contract {of}"), name, &type_name);
        if !is_found || said.is_null() {
            return;
        }
        let told = view.told_of_contract(of);
        self.each("Contract", of, said, &view.expected_of_contract(&told));
        self.interests(&told, of, said);
        let full = any(&told.then, "ContractTerms", Tier::Full);
        for (name, providing) in [("commissioners", false), ("providers", true)] {
            let expected = view.parties(&told, providing);
            let rows = said[name].as_array().cloned().unwrap_or_default();
            let mut found: Vec<Value> =
                rows.iter().map(|it| json!([it["organisation"]["id"], it["endsOn"]])).collect();
            found.sort_by_key(Value::to_string);
            let mut expected: Vec<Value> = expected.iter().map(|it| json!(it)).collect();
            expected.sort_by_key(Value::to_string);
            self.same(|| format!("{name} of {of}"), &json!(found), &json!(expected));
            let weights = rows.iter().filter(|it| !it["weight"].is_null()).count();
            let shown = if full && !providing { rows.len() } else { 0 };
            self.same(|| format!("weights of {of}"), &json!(weights), &json!(shown));
        }
        let links: Vec<String> =
            view.links_of(of).into_iter().map(|of| id(Kind::Subcontract, of)).collect();
        let found = &said["supplyChain"]["links"];
        self.same(|| format!("how many links of {of}"), &found["totalCount"], &json!(links.len()));
        let mut expected = links;
        expected.sort_unstable();
        self.same(|| format!("links of {of}"), &ids(&found["nodes"]), &json!(expected));
        let expected = view.expected_down_the_chain(of);
        let found = &said["paymentPunctuality"];
        self.same(|| format!("punctuality down {of}"), found, &expected);
        self.deeds("Contract", (of, of), said);
    }
}
