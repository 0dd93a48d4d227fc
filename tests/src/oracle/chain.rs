//! What is said of whole chains: the tree of the links that somebody sees, the figures that follow
//! from what it is shown of them (rule V8), where the whole chain breaks rule C2, and what an
//! organisation has at stake in all of its own.

use std::collections::{BTreeMap, BTreeSet};

use entities::{relation::RelationKind, subcontract as link, subcontract::Approval};
use serde_json::{Value, json};
use tributary::graphql::node::Kind;
use uuid::Uuid;

use super::{
    View,
    asked::{Asker, id},
    contract::{Told, last_day, money},
    link::banded,
    masks::Tier,
    standings::{Standing, of_parties},
};
use crate::{raw::day, world::global};

const SHOWN: &str = "amount valueBand";

/// What a part of a sum is shown as: the least and the most pence that it may be, no most when there
/// is none, and whether that is hidden.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Part {
    least: i64,
    most: Option<i64>,
    is_hidden: bool,
}

impl Part {
    const UNKNOWN: Self = Self { least: 0, most: None, is_hidden: true };

    const fn exactly(pence: i64) -> Self {
        Self { least: pence, most: Some(pence), is_hidden: false }
    }

    fn within(band: &str) -> Self {
        let (least, most) = match band {
            "UNDER100_THOUSAND" => (0, Some(9_999_999)),
            "FROM100_THOUSAND" => (10_000_000, Some(49_999_999)),
            "FROM500_THOUSAND" => (50_000_000, Some(99_999_999)),
            _ => (100_000_000, None),
        };
        Self { least, most, is_hidden: true }
    }

    fn exact(self) -> Option<i64> {
        (!self.is_hidden).then_some(self.least)
    }
}

/// What is told of a sum: the amount where all of it is shown; else a band, where three parts or more
/// are hidden and it lies in that band whatever they are; else nothing.
fn sum(added: &[Part], taken: &[Part]) -> Value {
    let least: i64 = added.iter().map(|it| it.least).sum();
    let most: Option<i64> = added.iter().map(|it| it.most).sum();
    let taken_least: i64 = taken.iter().map(|it| it.least).sum();
    let taken_most: Option<i64> = taken.iter().map(|it| it.most).sum();
    let hidden = added.iter().chain(taken).filter(|it| it.is_hidden).count();
    let nothing = json!({ "amount": null, "valueBand": null });
    if hidden == 0 {
        return json!({ "amount": money(least - taken_least), "valueBand": null });
    }
    let Some(taken_most) = taken_most else { return nothing };
    let lowest = banded(least - taken_most);
    let highest = most.map_or(json!("FROM1_MILLION"), |most| banded(most - taken_least));
    match hidden >= 3 && lowest == highest {
        true => json!({ "amount": null, "valueBand": lowest }),
        false => nothing,
    }
}

/// Hundredths of a per cent of a whole, to the nearest, halves up.
fn share(part: i128, whole: i128) -> i128 {
    (20_000 * part + whole).div_euclid(2 * whole)
}

impl View<'_> {
    /// True of a link that the commissioner refused, as far as the viewer is told.
    fn is_refused(&self, row: &link::Model) -> bool {
        row.approval == Approval::Refused && self.opens_of_link(row, row.changed_on)
    }

    /// The links under a contract that the viewer sees and that can come about, tier by tier.
    fn coming_about(&self, contract: Uuid) -> Vec<&link::Model> {
        let mut out: BTreeSet<Uuid> = BTreeSet::new();
        let mut rows = Vec::new();
        for of in self.links_of(contract) {
            let row = self.world.contracting.link(of);
            if self.is_refused(row) || row.parent_id.is_some_and(|of| out.contains(&of)) {
                out.insert(of);
            } else {
                rows.push(row);
            }
        }
        rows
    }

    /// What a link is worth in 2025/26 as it is shown: none where nothing is recorded; of a range its
    /// upper end, where what is above is shown too.
    fn part_of(&self, row: &link::Model, above: Option<i64>) -> Option<Part> {
        let (shown, is_withheld) = self.value_of_link(row);
        if shown.is_null() {
            return is_withheld.then_some(Part::UNKNOWN);
        }
        if let Some(amount) = shown["amount"].as_str() {
            let pence = amount.replace('.', "").parse().expect("pence");
            return Some(Part::exactly(pence));
        }
        if let Some(band) = shown["valueBand"].as_str() {
            return Some(Part::within(band));
        }
        let to = shown["toBasisPoints"].as_i64().expect("a range");
        Some(above.map_or(Part::UNKNOWN, |above| Part::exactly(above * to / 10_000)))
    }

    /// What the contract is worth in 2025/26 as it is shown: none where the viewer would be told, and
    /// nothing is.
    fn head_part(&self, told: &Told<'_>) -> Option<Part> {
        let would_read =
            |it: &&Standing| it.covers_year(2025) && it.opens("ContractValue", Tier::Summary);
        match self.costs(told).remove(&2025) {
            Some(row) if told.opens_value(row, &[Tier::Full]) => {
                Some(Part::exactly(row.amount_pence.0))
            }
            Some(row) if told.opens_value(row, &[Tier::Summary]) => {
                let band = banded(row.amount_pence.0);
                Some(Part::within(band.as_str().expect("a band")))
            }
            None if told.begun.iter().copied().any(|it| would_read(&it)) => None,
            Some(_) | None => Some(Part::UNKNOWN),
        }
    }

    /// Who holds a contract on the day as at which it is read, or stands in the place of who did.
    fn contractors(&self, told: &Told<'_>, contract: Uuid) -> BTreeSet<Uuid> {
        let mut holders = BTreeSet::new();
        let to = last_day(&told.begun, "ContractTerms", &[Tier::Summary]);
        let Some(to) = to.filter(|_| told.reads("ContractTerms", Tier::Summary)) else {
            return holders;
        };
        let forever = day(9999, 12, 31);
        for row in &self.world.contracting.providers {
            if row.contract_id != contract || row.recorded_on > to || row.starts_on > told.as_of {
                continue;
            }
            let party = (
                RelationKind::LeadProvider,
                row.organisation_id,
                row.starts_on,
                row.ends_on.unwrap_or(forever),
                row.recorded_on,
            );
            for it in of_parties(self.world, contract, &[party]) {
                if it.acts && it.covers(told.as_of, told.as_of) {
                    holders.insert(it.holder);
                }
            }
        }
        holders
    }

    fn expected_figures(&self, told: &Told<'_>, contract: Uuid) -> Value {
        let contractors = self.contractors(told, contract);
        let head = self.head_part(told);
        let rows = self.coming_about(contract);
        let mut worth: BTreeMap<Uuid, Option<Part>> = BTreeMap::new();
        for row in &rows {
            let above = match row.parent_id {
                None => head,
                Some(of) => worth.get(&of).copied().flatten(),
            };
            worth.insert(row.id, self.part_of(row, above.and_then(Part::exact)));
        }
        let is_over =
            |row: &link::Model| self.opens_of_link(row, row.changed_on) && row.ends_on < self.today;
        let standing: Vec<&link::Model> =
            rows.iter().copied().filter(|row| !is_over(row)).collect();
        let first: Vec<Part> = rows
            .iter()
            .filter(|row| row.parent_id.is_none())
            .filter_map(|row| worth[&row.id])
            .collect();
        let mut tiers: BTreeMap<i32, BTreeSet<Uuid>> = [(0, contractors.clone())].into();
        for row in &standing {
            tiers.entry(row.tier).or_default().insert(row.seller_id);
        }
        let tiers: Vec<Value> = tiers
            .iter()
            .map(|(tier, who)| json!({ "tier": tier, "organisations": who.len() }))
            .collect();
        let all_exact = |parts: &[Part]| parts.iter().all(|it| !it.is_hidden);
        let share_subcontracted = match head {
            Some(head) if !head.is_hidden && head.least != 0 && all_exact(&first) => {
                let part: i64 = first.iter().map(|it| it.least).sum();
                json!(share(part.into(), head.least.into()))
            }
            _ => Value::Null,
        };
        let own: Vec<Part> = head.into_iter().collect();
        json!({
            "organisationsByTier": tiers,
            "linksWithoutValue": worth.values().filter(|it| it.is_none()).count(),
            "subcontracted": sum(&first, &[]),
            "retained": sum(&own, &first),
            "shareSubcontracted": share_subcontracted,
            "concentration": concentration(&contractors, head, (&rows, &worth)),
            "singlePointsOfFailure": single_points(&rows, &standing),
            "breaches": self.expected_breaches(contract),
        })
    }

    /// The links that stand under another, each with what stands under it; what stands under one that
    /// is not seen stands at the top.
    fn expected_tree(&self, links: &[Uuid], under: Option<Uuid>, depth: usize) -> Value {
        let mut branches = Vec::new();
        for of in links {
            let above = self.world.contracting.link(*of).parent_id;
            if above.filter(|of| links.contains(of)) != under {
                continue;
            }
            let mut branch = json!({ "subcontract": { "id": id(Kind::Subcontract, *of) } });
            if depth > 0 {
                branch["children"] = self.expected_tree(links, Some(*of), depth - 1);
            }
            branches.push(branch);
        }
        json!(branches)
    }

    /// What the viewer's own organisation has at stake over the links in which it buys or sells.
    fn expected_exposure(&self) -> Value {
        let own = self.holder.organisation;
        let mut rows = Vec::new();
        for row in &self.world.contracting.links {
            let is_over = self.opens_of_link(row, row.changed_on) && row.ends_on < day(2025, 4, 1);
            let is_of_year = !is_over && row.starts_on <= day(2026, 3, 31);
            let is_own = row.buyer_id == own || row.seller_id == own;
            if is_own && is_of_year && self.sees_link(row.id) && !self.is_refused(row) {
                rows.push(row);
            }
        }
        let (mut sold, mut bought) = (Vec::new(), Vec::new());
        let mut by_buyer: BTreeMap<Uuid, i64> = BTreeMap::new();
        for row in &rows {
            let part = self.part_of(row, None);
            if row.seller_id == own {
                sold.extend(part);
                let exact = part.and_then(Part::exact).unwrap_or(0);
                *by_buyer.entry(row.buyer_id).or_default() += exact;
            }
            if row.buyer_id == own {
                bought.extend(part);
            }
        }
        let whole: i64 = sold.iter().map(|it| it.least).sum();
        let is_told = sold.iter().all(|it| !it.is_hidden) && whole != 0;
        let greatest = by_buyer.values().copied().max().unwrap_or(0);
        let set = |who: &dyn Fn(&&&link::Model) -> bool, of: fn(&link::Model) -> Uuid| {
            let rows = rows.iter().filter(who);
            rows.map(|row| of(row)).collect::<BTreeSet<Uuid>>().len()
        };
        json!({
            "contracts": set(&|row| row.seller_id == own, |row| row.contract_id),
            "buyers": by_buyer.len(),
            "sellers": set(&|row| row.buyer_id == own, |row| row.seller_id),
            "sold": sum(&sold, &[]),
            "bought": sum(&bought, &[]),
            "kept": sum(&sold, &bought),
            "greatestBuyer": is_told.then(|| share(greatest.into(), whole.into())),
        })
    }
}

/// The sum of the squares of what each keeps of the chain, in hundredths of a per cent; the
/// contractors are one, and who passes on more than it gets keeps nothing.
fn concentration(
    contractors: &BTreeSet<Uuid>,
    head: Option<Part>,
    (rows, worth): (&[&link::Model], &BTreeMap<Uuid, Option<Part>>),
) -> Value {
    let parts = head.into_iter().chain(worth.values().copied().flatten());
    if parts.into_iter().any(|it| it.is_hidden) {
        return Value::Null;
    }
    let name = |who: Uuid| (!contractors.contains(&who)).then_some(who);
    let mut kept: BTreeMap<Option<Uuid>, i128> = BTreeMap::new();
    kept.insert(None, head.map_or(0, |it| it.least.into()));
    for row in rows {
        let pence = i128::from(worth[&row.id].map_or(0, |it| it.least));
        *kept.entry(name(row.seller_id)).or_default() += pence;
        *kept.entry(name(row.buyer_id)).or_default() -= pence;
    }
    let kept: Vec<i128> = kept.into_values().filter(|it| *it > 0).collect();
    let whole: i128 = kept.iter().sum();
    if whole == 0 {
        return Value::Null;
    }
    let places = 100_000_000;
    let squares: i128 = kept.iter().map(|it| it * places / whole).map(|it| it * it).sum();
    json!(share(squares, places * places))
}

/// Of each service those who stand on every way down to who delivers it at the end.
fn single_points(rows: &[&link::Model], standing: &[&link::Model]) -> Value {
    let ends = |row: &&&link::Model| standing.iter().all(|it| it.parent_id != Some(row.id));
    let mut on: BTreeMap<&str, BTreeSet<Uuid>> = BTreeMap::new();
    for end in standing.iter().filter(ends) {
        let mut way: BTreeSet<Uuid> = BTreeSet::new();
        let mut next = Some(*end);
        while let Some(row) = next {
            way.insert(row.seller_id);
            next = row.parent_id.and_then(|of| rows.iter().copied().find(|it| it.id == of));
        }
        let known = on.entry(&end.service).or_insert_with(|| way.clone());
        known.retain(|who| way.contains(who));
    }
    let point = |service: &str, who: &Uuid| json!({ "service": service, "organisation": { "id": global(*who) } });
    let points = on.iter().flat_map(|(service, who)| who.iter().map(|who| point(service, who)));
    points.collect()
}

impl Asker<'_> {
    /// The tree and the figures of every chain that is seen, and what everybody has at stake.
    pub(super) async fn chains(&mut self) {
        let view = self.view;
        let document = format!(
            "query($ids: [ID!]!) {{ nodes(ids: $ids) {{ ... on Contract {{ \
             supplyChain(financialYear: \"2025/26\") {{ \
             tree {{ subcontract {{ id }} children {{ subcontract {{ id }} \
             children {{ subcontract {{ id }} children {{ subcontract {{ id }} \
             children {{ subcontract {{ id }} }} }} }} }} }} \
             figures {{ organisationsByTier {{ tier organisations }} linksWithoutValue \
             subcontracted {{ {SHOWN} }} retained {{ {SHOWN} }} shareSubcontracted concentration \
             singlePointsOfFailure {{ service organisation {{ id }} }} \
             breaches {{ kind subcontract financialYear }} }} }} }} }} }}"
        );
        let contracts = view.world.contracting.contracts.iter().map(|row| row.id);
        let seen: Vec<Uuid> = contracts.filter(|of| view.sees_contract(*of)).collect();
        for some in seen.chunks(5) {
            let named: Vec<String> = some.iter().map(|of| id(Kind::Contract, *of)).collect();
            let data = self.get(&document, json!({ "ids": named })).await;
            for (place, of) in some.iter().enumerate() {
                let said = &data["nodes"][place]["supplyChain"];
                let told = view.told_of_contract(*of);
                let figures = view.expected_figures(&told, *of);
                for (field, expected) in figures.as_object().expect("figures") {
                    let found = &said["figures"][field];
                    self.same(|| format!("{field} of the chain of {of}"), found, expected);
                }
                let tree = view.expected_tree(&view.links_of(*of), None, 4);
                self.same(|| format!("the tree of {of}"), &said["tree"], &tree);
            }
        }
        let document = format!(
            "query($ids: [ID!]!) {{ nodes(ids: $ids) {{ id ... on Organisation {{ \
             exposure(financialYear: \"2025/26\") {{ contracts buyers sellers sold {{ {SHOWN} }} \
             bought {{ {SHOWN} }} kept {{ {SHOWN} }} greatestBuyer }} }} }} }}"
        );
        let organisations = view.world.organisations.iter().map(|row| row.id);
        let organisations: Vec<Uuid> = organisations.collect();
        let named: Vec<String> = organisations.iter().map(|of| global(*of)).collect();
        let data = self.get(&document, json!({ "ids": named })).await;
        for (place, of) in organisations.iter().enumerate() {
            let is_own = *of == view.holder.organisation && view.holder.team.is_none();
            let expected = if is_own { view.expected_exposure() } else { Value::Null };
            let found = &data["nodes"][place]["exposure"];
            self.same(|| format!("what {of} has at stake"), found, &expected);
        }
    }
}
