//! Links of supply chains: who sees which, its terms, and its value exact, as a band or not at all.

use std::collections::BTreeMap;

use chrono::NaiveDate;
use entities::{
    relation::RelationKind,
    subcontract as link,
    subcontract_clause::{self, ClauseStatus},
};
use serde_json::{Value, json};
use tributary::graphql::node::Kind;
use uuid::Uuid;

use super::{
    Generated, View,
    asked::{Asker, id},
    chain_payment,
    consortium_share::SHARES,
    contract::{Expected, money},
    deeds,
    masks::Tier,
    measure_feed::FED,
    standings::{Standing, of_parties},
};
use crate::world::global;

/// What a summary leaves out, that is never null of itself.
const TERMS: &str = "reference startsOn endsOn isMaterial isOpenBook floorBasisPoints paymentDays \
     isOnBehalf confirmation clauses { clause status note } above { tier status endsOn novatedTo { id } } version";

/// What `withheld` names of whoever reads a summary.
const LEFT_OUT: [&str; 15] = [
    "reference",
    "startsOn",
    "endsOn",
    "isMaterial",
    "isOpenBook",
    "floorBasisPoints",
    "paymentDays",
    "isOnBehalf",
    "confirmation",
    "decidedOn",
    "consortiumShares",
    "clauses",
    "above",
    "version",
    "viewerCan",
];

/// What changes when more is said of it, and is never null of itself where it is read.
const LATER: [&str; 5] = ["endsOn", "isOnBehalf", "confirmation", "decidedOn", "version"];

/// How the buyer and the seller of a link, and whoever follows them, stand to it.
pub(super) fn to_link(world: &Generated, row: &link::Model) -> Vec<Standing> {
    let days = (row.starts_on, row.ends_on, row.recorded_on);
    let parties = [(RelationKind::Buyer, row.buyer_id), (RelationKind::Seller, row.seller_id)];
    let parties = parties.map(|(kind, holder)| (kind, holder, days.0, days.1, days.2));
    of_parties(world, row.contract_id, &parties)
}

/// A band, by the lower bound in pounds that belongs to it (rule V2).
fn band(pence: i64) -> &'static str {
    match pence / 100 {
        ..100_000 => "UNDER100_THOUSAND",
        100_000..500_000 => "FROM100_THOUSAND",
        500_000..1_000_000 => "FROM500_THOUSAND",
        _ => "FROM1_MILLION",
    }
}

/// The band of an amount, as it is sent.
pub(super) fn banded(pence: i64) -> Value {
    json!(band(pence))
}

impl View<'_> {
    /// How the viewer stands to a link: as its buyer or its seller, or to its head contract in a
    /// relation other than those, which lasted until the link was recorded. A sibling's link is
    /// nobody's business in the chain.
    pub(super) fn standing_to_link(&self, row: &link::Model) -> Vec<&Standing> {
        let own = self.to_links.get(&row.id).into_iter().flatten();
        let of_contract = self.to_contracts.get(&row.contract_id).into_iter().flatten();
        let of_contract = of_contract.filter(|it| {
            let is_of_chain = matches!(it.kind, RelationKind::Buyer | RelationKind::Seller);
            !is_of_chain && row.recorded_on <= it.to
        });
        own.chain(of_contract).collect()
    }

    /// True when what was said of a link on a day is open: to its parties for ever, and to others as
    /// long as their relation to the head contract lasted.
    #[must_use]
    pub fn opens_of_link(&self, row: &link::Model, on: NaiveDate) -> bool {
        let is_party = |it: &Standing| {
            it.acts && matches!(it.kind, RelationKind::Buyer | RelationKind::Seller)
        };
        let opens = |it: &&Standing| it.opens("LinkTerms", Tier::Summary);
        let to = self.standing_to_link(row);
        to.into_iter().filter(opens).any(|it| is_party(it) || on <= it.to)
    }

    /// True when the viewer sees a link.
    #[must_use]
    pub fn sees_link(&self, of: Uuid) -> bool {
        let Some(row) = self.world.contracting.links.iter().find(|row| row.id == of) else {
            return false;
        };
        self.standing_to_link(row).iter().any(|it| it.opens("LinkTerms", Tier::Summary))
    }

    /// The links of a contract that the viewer sees, tier by tier.
    #[must_use]
    pub fn links_of(&self, contract: Uuid) -> Vec<Uuid> {
        let links = self.world.contracting.links.iter();
        let seen = links.filter(|row| row.contract_id == contract && self.sees_link(row.id));
        let mut rows: Vec<(i32, Uuid)> = seen.map(|row| (row.tier, row.id)).collect();
        rows.sort_unstable();
        rows.into_iter().map(|(_, of)| of).collect()
    }

    /// Everything above a link, the nearest first.
    fn above(&self, row: &link::Model) -> Vec<&link::Model> {
        let mut above = Vec::new();
        let mut next = row.parent_id;
        while let Some(of) = next {
            let parent = self.world.contracting.link(of);
            above.push(parent);
            next = parent.parent_id;
        }
        above
    }

    /// True when the value of a link was changed after the viewer's days.
    fn is_value_of_later(&self, row: &link::Model) -> bool {
        row.value_changed_on.is_some_and(|on| !self.opens_of_link(row, on))
    }

    /// True when the value of a link is read whole, with how it changed.
    #[must_use]
    pub fn reads_value_of_link(&self, row: &link::Model) -> bool {
        self.reads_value_otherwise(row) || self.reads_as_shared(row)
    }

    /// The same, of what is not only read because it is shared with a consortium.
    pub(super) fn reads_value_otherwise(&self, row: &link::Model) -> bool {
        let to = self.standing_to_link(row);
        let opens = |tier| to.iter().any(|it| it.opens("LinkValue", tier));
        let all_the_way = row.is_open_book && self.above(row).iter().all(|it| it.is_open_book);
        let is_open = opens(Tier::Full)
            || (opens(Tier::Open) && (row.is_open_book || row.is_material))
            || (opens(Tier::Own) && (row.tier == 1 || all_the_way));
        is_open && !self.is_value_of_later(row)
    }

    /// What is shown of the value in 2025/26, and whether it is withheld.
    pub(super) fn value_of_link(&self, row: &link::Model) -> (Value, bool) {
        let to = self.standing_to_link(row);
        let opens = |tier| to.iter().any(|it| it.opens("LinkValue", tier));
        let (summary, own) = (opens(Tier::Summary), opens(Tier::Own));
        let is_shared = self.reads_as_shared(row);
        if !is_shared && !summary && !own && !opens(Tier::Open) {
            return (Value::Null, true);
        }
        if !is_shared && self.is_value_of_later(row) {
            return (Value::Null, true);
        }
        let version = self.told_version(row);
        let values = self.world.contracting.link_values.iter();
        let mut of_year = values.filter(|it| {
            (it.subcontract_id, Some(it.version)) == (row.id, version)
                && it.financial_year.start_year() == 2025
        });
        let Some(value) = of_year.next() else { return (Value::Null, false) };
        let is_exact = self.reads_value_of_link(row);
        let nothing = json!({
            "amount": null, "valueBand": null, "fromBasisPoints": null, "toBasisPoints": null,
        });
        let mut shown = nothing.clone();
        match (value.amount_pence, is_exact) {
            (Some(amount), true) => shown["amount"] = json!(money(amount.0)),
            (Some(amount), false) if summary => shown["valueBand"] = banded(amount.0),
            (None, true) => {
                shown["fromBasisPoints"] = json!(value.from_basis_points);
                shown["toBasisPoints"] = json!(value.to_basis_points);
            }
            _ => {}
        }
        if shown == nothing { (Value::Null, true) } else { (shown, !is_exact) }
    }

    /// True when all of the value of a link is withheld that is recorded.
    #[must_use]
    pub fn is_value_withheld(&self, of: Uuid) -> bool {
        let row = self.world.contracting.link(of);
        self.value_of_link(row) == (Value::Null, true)
    }

    /// True when somebody in every role may do something to a link: its buyer keeps it and its
    /// seller answers, each itself and not as a team.
    #[must_use]
    pub(super) fn may_to_link(&self, action: &str, of: Uuid) -> bool {
        let row = self.world.contracting.link(of);
        if action == "shareWithConsortium" {
            // A link that it buys or sells in, and in whose head contract it leads today.
            let is_party = self.may_to_link("keep", of) || self.may_to_link("answer", of);
            let standing = self.standing_to_link(row);
            let leads = |it: &&Standing| {
                it.kind == RelationKind::LeadProvider
                    && it.acts
                    && it.covers(self.today, self.today)
            };
            return is_party && standing.into_iter().any(|it| leads(&it));
        }
        if action == "submitMeasurement" {
            // Its seller, and its buyer for it.
            return self.may_to_link("keep", of) || self.may_to_link("answer", of);
        }
        let buys = ["keep", "recordPayment"].contains(&action);
        let kind = if buys { RelationKind::Buyer } else { RelationKind::Seller };
        let day = self.today.min(row.ends_on);
        let mut own = self.to_links.get(&of).into_iter().flatten();
        self.holder.team.is_none() && own.any(|it| it.kind == kind && it.acts && day <= it.to)
    }

    /// True of a clause that was recorded of a link on a day that is open.
    #[must_use]
    pub fn tells_clause(&self, clause: &subcontract_clause::Model) -> bool {
        let row = self.world.contracting.link(clause.subcontract_id);
        self.reads_terms_of_link(row) && self.opens_of_link(row, clause.recorded_on)
    }

    /// How far each clause has come, by what was last recorded of it on days that are open.
    fn expected_clauses(&self, row: &link::Model) -> Value {
        let mut last: BTreeMap<&str, &subcontract_clause::Model> = BTreeMap::new();
        for it in self.world.contracting.clauses.iter().filter(|it| it.subcontract_id == row.id) {
            if self.tells_clause(it) {
                last.insert(&it.clause, it);
            }
        }
        let status = |it: &subcontract_clause::Model| match it.status {
            ClauseStatus::Required => "REQUIRED",
            ClauseStatus::FlowedDown => "FLOWED_DOWN",
            ClauseStatus::NotApplicable => "NOT_APPLICABLE",
        };
        let told = last.values();
        told.map(|it| json!({ "clause": it.clause, "status": status(it), "note": it.note }))
            .collect()
    }

    fn expected_of_link(&self, row: &link::Model) -> Expected {
        let to = self.standing_to_link(row);
        let reads = to.iter().any(|it| it.opens("LinkTerms", Tier::Full));
        let told = |value: Value| if reads { value } else { Value::Null };
        let is_open = self.opens_of_link(row, row.changed_on);
        let last_told = |value: Value| if is_open { told(value) } else { Value::Null };
        // What is above is told no later than the last day of the link, or of the relation.
        let days = to.iter().filter(|it| it.opens("LinkTerms", Tier::Full)).map(|it| it.to);
        let day = days.max().map_or(self.today, |to| to.min(self.today));
        let sees_contract = self.sees_contract(row.contract_id);
        let contract = json!({ "id": id(Kind::Contract, row.contract_id) });
        let contracting = &self.world.contracting;
        let changes = contracting.changes.iter().filter(|it| {
            it.contract_id == row.contract_id && it.effective_on.max(it.recorded_on) <= day
        });
        let last = changes.max_by_key(|it| (it.effective_on, it.number));
        let above = self.above(row);
        let novated = self.replaced_by(row.contract_id, day);
        let head = last.map(
            |it| json!({ "tier": 0, "status": it.status, "endsOn": null, "novatedTo": novated }),
        );
        let mut tiers: Vec<Value> = head.into_iter().collect();
        let link = |it: &&link::Model| {
            let ends_on = Some(it.ends_on).filter(|_| it.changed_on <= day);
            json!({ "tier": it.tier, "status": null, "endsOn": ends_on, "novatedTo": null })
        };
        tiers.extend(above.iter().rev().map(link));
        let seen = above.iter().take_while(|it| self.sees_link(it.id));
        let mut path: Vec<String> = seen.map(|it| id(Kind::Subcontract, it.id)).collect();
        path.reverse();
        path.push(id(Kind::Subcontract, row.id));
        let (value, is_withheld) = self.value_of_link(row);
        let mut withheld: Vec<&str> = Vec::new();
        if !reads {
            withheld.extend(LEFT_OUT);
        }
        if !is_open {
            withheld.push("stage");
            withheld.extend(LATER.iter().filter(|_| reads));
        }
        if is_withheld {
            withheld.push("value");
        }
        let reads_value = self.reads_value_of_link(row);
        let valued = |value: Value| if reads_value { value } else { Value::Null };
        if !reads_value {
            withheld.extend(["valueVersion", "valueVersions"]);
        }
        withheld.extend(self.withheld_of_payments(row));
        withheld.extend(self.withheld_of_feeds(row));
        withheld.sort_unstable();
        let is_on_behalf = row.on_behalf && row.confirmation != link::Confirmation::Confirmed;
        vec![
            ("tier", json!(row.tier)),
            ("service", json!(row.service)),
            ("path", json!(path)),
            ("buyer", json!({ "id": global(row.buyer_id) })),
            ("seller", json!({ "id": global(row.seller_id) })),
            ("contract", if sees_contract { contract } else { Value::Null }),
            ("reference", told(json!(row.reference))),
            ("startsOn", told(json!(row.starts_on))),
            ("endsOn", last_told(json!(row.ends_on))),
            ("isMaterial", told(json!(row.is_material))),
            ("isOpenBook", told(json!(row.is_open_book))),
            ("floorBasisPoints", told(json!(row.floor_basis_points))),
            ("paymentDays", told(json!(row.payment_days))),
            ("isOnBehalf", last_told(json!(is_on_behalf))),
            ("above", told(json!(tiers))),
            ("consortiumShares", told(self.consortium_shares(row))),
            ("clauses", told(self.expected_clauses(row))),
            ("version", last_told(json!(row.version))),
            ("value", value),
            ("valueVersion", valued(json!(self.told_version(row).unwrap_or(0)))),
            ("valueVersions", valued(self.value_versions(row))),
            ("withheld", json!(withheld)),
        ]
    }
}

impl Asker<'_> {
    /// Every link of the world, and one that is in none.
    pub(super) async fn links(&mut self) {
        let view = self.view;
        let can = self.selects_deeds().then(|| deeds::selected("Subcontract"));
        let document = format!(
            "query($ids: [ID!]!) {{ nodes(ids: $ids) {{ __typename ... on Subcontract {{ id tier \
             service path buyer {{ id }} seller {{ id }} contract {{ id }} {TERMS} \
             value {{ amount valueBand fromBasisPoints toBasisPoints }} valueVersion \
             valueVersions {{ version reason confirmation approval }} {SHARES} {FED} \
             withheld {{ field }} {} {} }} }} }}",
            chain_payment::of_link(),
            can.unwrap_or_default()
        );
        let links = view.world.contracting.links.iter().map(|row| row.id);
        let links: Vec<Uuid> = links.chain([Uuid::from_u128(7)]).collect();
        for some in links.chunks(20) {
            let named: Vec<String> = some.iter().map(|of| id(Kind::Subcontract, *of)).collect();
            let data = self.get(&document, json!({ "ids": named })).await;
            for (place, of) in some.iter().enumerate() {
                self.link(*of, &data["nodes"][place]);
            }
        }
    }

    fn link(&mut self, of: Uuid, said: &Value) {
        let view = self.view;
        let is_found = view.sees_link(of);
        let type_name = if is_found { json!("Subcontract") } else { Value::Null };
        let name = said.get("__typename").unwrap_or(&Value::Null);
        self.same(|| format!("the link {of}"), name, &type_name);
        if !is_found || said.is_null() {
            return;
        }
        let row = view.world.contracting.link(of);
        *self.report.tiers.entry(row.tier).or_default() += 1;
        self.each("Subcontract", of, said, &view.expected_of_link(row));
        self.each("Subcontract", of, said, &view.expected_of_payments(row).into());
        self.each("Subcontract", of, said, &view.expected_of_feeds(row).into());
        let to = view.standing_to_link(row);
        let reads = to.iter().any(|it| it.opens("LinkTerms", Tier::Full));
        if self.selects_deeds() {
            let is_shown = json!(!said["viewerCan"].is_null());
            self.same(|| format!("viewerCan of {of} is shown"), &is_shown, &json!(reads));
        }
        self.deeds("Subcontract", (row.contract_id, of), said);
    }
}
