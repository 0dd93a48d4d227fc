//! Contracts in the place of others, who holds contracts, and what contracts come to by head.

use std::collections::{BTreeMap, BTreeSet};

use chrono::NaiveDate;
use entities::{contract_status_change::ContractStatus, novation};
use serde_json::{Value, json};
use tributary::graphql::node::Kind;
use uuid::Uuid;

use super::{
    View,
    asked::{Asker, id},
    contract::Told,
    masks::Tier,
};
use crate::world::global;

/// What is asked of a contract.
pub(super) const ASKED: &str = "novatedTo { effectiveOn head { id } contract { id } } \
     novatedFrom(first: 100) { totalCount nodes { effectiveOn contract { id } } } \
     valuePerHead(financialYear: \"2025/26\", people: 50) { amount warnings }";

impl View<'_> {
    /// True when a contract is replaced by a novation on a day, as told of what counted by another.
    fn is_replaced(&self, row: &novation::Model, on: NaiveDate, to: NaiveDate) -> bool {
        let counts = |from: NaiveDate, recorded: NaiveDate| from <= on && from.max(recorded) <= to;
        let mut unfoldings = self.world.contracting.unfoldings.iter();
        let is_back = unfoldings
            .any(|it| it.novation_id == row.id && counts(it.effective_on, it.recorded_on));
        counts(row.effective_on, row.recorded_on) && !is_back
    }

    /// By which contract one is replaced on a day, as far as the viewer sees that.
    pub(super) fn replaced_by(&self, contract: Uuid, on: NaiveDate) -> Value {
        let mut rows = self.world.contracting.novations.iter();
        let row = rows.find(|it| it.contract_id == contract && self.is_replaced(it, on, on));
        row.map_or(Value::Null, |row| self.named(row.head_id))
    }

    fn named(&self, contract: Uuid) -> Value {
        let sees = self.sees_contract(contract);
        if sees { json!({ "id": id(Kind::Contract, contract) }) } else { Value::Null }
    }

    /// By which contract one is replaced, and which it replaces.
    pub(super) fn novations_of(&self, told: &Told<'_>, of: Uuid) -> (Value, Value) {
        let Some(to) = told.status_to() else { return (Value::Null, Value::Null) };
        let rows = &self.world.contracting.novations;
        let stand = rows.iter().filter(|row| self.is_replaced(row, told.as_of, to));
        let mut by = stand.clone().filter(|row| row.contract_id == of);
        let by = by.next().map_or(Value::Null, |row| {
            json!({
                "effectiveOn": row.effective_on, "head": self.named(row.head_id),
                "contract": self.named(of),
            })
        });
        let sees =
            |row: &&novation::Model| row.head_id == of && self.sees_contract(row.contract_id);
        let mut replaced: Vec<&novation::Model> = stand.filter(sees).collect();
        let reference = |of| self.world.contracting.contract(of).reference.clone();
        replaced.sort_by_key(|row| (reference(row.contract_id), row.contract_id));
        let node = |row: &&novation::Model| json!({ "effectiveOn": row.effective_on, "contract": self.named(row.contract_id) });
        let nodes: Vec<Value> = replaced.iter().map(node).collect();
        (by, json!({ "totalCount": nodes.len(), "nodes": nodes }))
    }

    /// Which of the contracts that the viewer sees each organisation holds.
    pub(super) fn held(&self) -> BTreeMap<Uuid, BTreeSet<Uuid>> {
        use ContractStatus::{Active, InStandstill, Mobilising, NoticeGiven, Suspended};
        let mut held: BTreeMap<String, BTreeSet<Uuid>> = BTreeMap::new();
        for row in &self.world.contracting.contracts {
            if !self.sees_contract(row.id) {
                continue;
            }
            let told = self.told_of_contract(row.id);
            let status = self.stands(&told).map(|it| it.0);
            let is_held = status.is_some_and(|it| {
                [InStandstill, Mobilising, Active, Suspended, NoticeGiven].contains(&it)
            });
            for (organisation, _) in self.parties(&told, true).into_iter().filter(|_| is_held) {
                held.entry(organisation).or_default().insert(row.id);
            }
        }
        let organisations = self.world.organisations.iter().map(|row| row.id);
        organisations.filter_map(|of| Some((of, held.remove(&global(of))?))).collect()
    }

    /// Who holds how many of the contracts that the viewer sees, those that hold most first.
    fn holders(&self) -> Vec<(Uuid, usize)> {
        let held = self.held().into_iter();
        let mut holders: Vec<(Uuid, usize)> = held.map(|(of, on)| (of, on.len())).collect();
        holders.sort_by_key(|(of, count)| (std::cmp::Reverse(*count), *of));
        holders
    }
}

impl Asker<'_> {
    /// Who holds contracts, and who holds several.
    pub(super) async fn contract_holders(&mut self) {
        let holders = self.view.holders();
        for least in 1..=3 {
            let enough = holders.iter().filter(|it| it.1 >= least);
            let node = |it: &(Uuid, usize)| json!({ "organisation": { "id": global(it.0) }, "contracts": it.1 });
            let nodes: Vec<Value> = enough.map(node).collect();
            let document = format!(
                "{{ contractHolders(atLeast: {least}, first: 100) {{ totalCount nodes {{ \
                 organisation {{ id }} contracts }} }} }}"
            );
            let data = self.get(&document, json!({})).await;
            let expected = json!({ "totalCount": nodes.len(), "nodes": nodes });
            self.same(|| document.clone(), &data["contractHolders"], &expected);
        }
    }
}

/// What a year's value comes to for each of 50 people, and whether it is to be looked at.
pub(super) fn by_head(pence: i64) -> Value {
    let (pounds, rest) = (pence / 50, pence % 50);
    let nearest = if rest >= 25 { pounds + 1 } else { pounds };
    let warnings: &[&str] = if nearest > 500_000 { &["UNUSUAL_VALUE_PER_HEAD"] } else { &[] };
    json!({ "amount": super::contract::money(nearest), "warnings": warnings })
}

/// What `withheld` names besides, by the line of the matrix and how much of it has to be read.
pub(super) const WITHHELD: [(&str, Tier, &[&str]); 2] = [
    ("ContractStatus", Tier::Full, &["novatedTo", "novatedFrom"]),
    ("ContractValue", Tier::Full, &["valuePerHead"]),
];
