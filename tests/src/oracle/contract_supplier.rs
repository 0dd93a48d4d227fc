//! Who holds contracts or sells in their supply chains, of what a viewer sees.

use std::collections::{BTreeMap, BTreeSet};

use entities::subcontract::{self as link, Approval};
use serde_json::{Value, json};
use uuid::Uuid;

use super::{View, asked::Asker};
use crate::world::global;

/// The contracts on which organisations are, by the organisation.
type On = BTreeMap<Uuid, BTreeSet<Uuid>>;

impl View<'_> {
    /// True when a link runs or will, as far as the viewer is told: it has not ended, and neither it
    /// nor what is seen above it, one after the other, was refused.
    fn comes_about(&self, row: &link::Model) -> bool {
        let is_told = |row: &link::Model| self.opens_of_link(row, row.changed_on);
        if is_told(row) && row.ends_on < self.today {
            return false;
        }
        let mut next = Some(row);
        while let Some(it) = next.filter(|it| self.sees_link(it.id)) {
            if is_told(it) && it.approval == Approval::Refused {
                return false;
            }
            next = it.parent_id.map(|of| self.world.contracting.link(of));
        }
        true
    }

    /// Who sells in the chains of these contracts, in links that the viewer sees.
    fn sellers(&self, contracts: &BTreeSet<Uuid>) -> On {
        let mut sold = On::new();
        for row in &self.world.contracting.links {
            let counts = contracts.contains(&row.contract_id) && self.sees_link(row.id);
            if counts && self.comes_about(row) {
                sold.entry(row.seller_id).or_default().insert(row.contract_id);
            }
        }
        sold
    }
}

impl Asker<'_> {
    /// Who holds contracts or sells in their chains, and who is on several.
    pub(super) async fn contract_suppliers(&mut self) {
        let held = self.view.held();
        let contracts: BTreeSet<Uuid> = held.values().flatten().copied().collect();
        let sold = self.view.sellers(&contracts);
        let count = |on: &On, of: Uuid| on.get(&of).map_or(0, BTreeSet::len);
        let mut suppliers: Vec<(Uuid, usize)> = Vec::new();
        for row in &self.view.world.organisations {
            let of = |on: &On| on.get(&row.id).cloned().unwrap_or_default();
            let on: BTreeSet<Uuid> = of(&held).union(&of(&sold)).copied().collect();
            suppliers.push((row.id, on.len()));
        }
        suppliers.sort_by_key(|(of, on)| (std::cmp::Reverse(*on), *of));
        for least in 1..=3 {
            let enough = suppliers.iter().filter(|it| it.1 >= least);
            let node = |it: &(Uuid, usize)| {
                json!({ "organisation": { "id": global(it.0) },
                "contracts": it.1, "holds": count(&held, it.0), "sells": count(&sold, it.0) })
            };
            let nodes: Vec<Value> = enough.map(node).collect();
            let document = format!(
                "{{ contractSuppliers(atLeast: {least}, first: 100) {{ totalCount nodes {{ \
                 organisation {{ id }} contracts holds sells }} }} }}"
            );
            let data = self.get(&document, json!({})).await;
            let expected = json!({ "totalCount": nodes.len(), "nodes": nodes });
            self.same(|| document.clone(), &data["contractSuppliers"], &expected);
        }
    }
}
