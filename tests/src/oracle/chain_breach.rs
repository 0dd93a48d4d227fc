//! Where whole chains break rule C2, and who is told.

use std::collections::{BTreeMap, BTreeSet};

use entities::{relation::RelationKind, subcontract as link, subcontract::Approval};
use serde_json::{Value, json};
use tributary::graphql::node::Kind;
use uuid::Uuid;

use super::{View, asked::id, masks::Tier};
use crate::raw::day;

impl View<'_> {
    /// True when the viewer reads the terms of all links of a contract today, and not only of its own.
    #[must_use]
    pub fn reads_breaches(&self, contract: Uuid) -> bool {
        // Of a draft it stands to no more than whoever drafts or shares in that.
        self.told_of_contract(contract).to.into_iter().any(|it| {
            let is_of_chain = matches!(it.kind, RelationKind::Buyer | RelationKind::Seller);
            !is_of_chain && it.covers(self.today, self.today) && it.opens("LinkTerms", Tier::Full)
        })
    }

    /// Where the whole chain breaks rule C2: days outside those above, and more passed on in a year
    /// than what is above is worth, less the floor that its buyer keeps.
    pub(super) fn expected_breaches(&self, contract: Uuid) -> Value {
        if !self.reads_breaches(contract) {
            return Value::Null;
        }
        let rows = &self.world.contracting;
        let mut out: BTreeSet<Uuid> = BTreeSet::new();
        let mut links: Vec<&link::Model> =
            rows.links.iter().filter(|row| row.contract_id == contract).collect();
        links.sort_by_key(|row| (row.tier, row.id));
        links.retain(|row| {
            let is_out = row.approval == Approval::Refused
                || row.parent_id.is_some_and(|of| out.contains(&of));
            if is_out {
                out.insert(row.id);
            }
            !is_out
        });
        let terms = rows.terms.iter().filter(|row| row.contract_id == contract);
        let terms = terms.max_by_key(|row| (row.effective_on, row.number)).expect("terms");
        let (ever, never) = (day(1, 1, 1), day(9999, 12, 31));
        let mut term: BTreeMap<Option<Uuid>, _> = BTreeMap::new();
        let days = (terms.starts_on.unwrap_or(ever), terms.ends_on.unwrap_or(never));
        term.insert(None, days);
        let mut breaches = Vec::new();
        for row in &links {
            let (first, last) = term[&row.parent_id];
            term.insert(Some(row.id), (row.starts_on, row.ends_on));
            if row.starts_on < first || last < row.ends_on {
                breaches.push(json!({ "kind": "OUTSIDE_DATES", "financialYear": null,
                    "subcontract": id(Kind::Subcontract, row.id) }));
            }
        }
        let worth = self.all_worth(contract, &links);
        let years: BTreeSet<i32> = worth.values().flat_map(|of| of.keys().copied()).collect();
        let floors = links.iter().map(|row| (Some(row.id), row.floor_basis_points));
        for (above, floor) in [(None, terms.floor_basis_points)].into_iter().chain(floors) {
            let Some(own) = worth.get(&above) else { continue };
            for year in &years {
                let value = own.get(year).copied().unwrap_or(0);
                let under = links.iter().filter(|row| row.parent_id == above);
                let under = under.filter_map(|row| worth.get(&Some(row.id))?.get(year));
                // The floor is a least: it is rounded up to the penny.
                let kept = (i128::from(value) * i128::from(floor) + 9_999) / 10_000;
                if i128::from(under.sum::<i64>()) > i128::from(value) - kept {
                    breaches.push(json!({ "kind": "BEYOND_VALUE",
                        "financialYear": format!("{year}/{:02}", (year + 1) % 100),
                        "subcontract": above.map(|of| id(Kind::Subcontract, of)) }));
                }
            }
        }
        json!(breaches)
    }

    /// What a contract and its links are worth by year, in pence; a range counts with its upper end of
    /// what is above, where that is known: of no other year than any is known of, it is nothing.
    fn all_worth(
        &self,
        contract: Uuid,
        links: &[&link::Model],
    ) -> BTreeMap<Option<Uuid>, BTreeMap<i32, i64>> {
        let rows = &self.world.contracting;
        let mut last: BTreeMap<i32, (i32, i64)> = BTreeMap::new();
        for row in rows.values.iter().filter(|row| row.contract_id == contract) {
            let it = (row.version, row.amount_pence.0);
            let known = last.entry(row.financial_year.start_year()).or_insert(it);
            *known = (*known).max(it);
        }
        let mut worth = BTreeMap::new();
        if !last.is_empty() {
            let own: BTreeMap<i32, i64> = last.into_iter().map(|(year, it)| (year, it.1)).collect();
            worth.insert(None, own);
        }
        for row in links {
            let mut own = BTreeMap::new();
            for value in &rows.link_values {
                if (value.subcontract_id, Some(value.version)) != (row.id, row.value_version) {
                    continue;
                }
                let year = value.financial_year.start_year();
                let above = worth.get(&row.parent_id);
                let above = above.map(|of| of.get(&year).copied().unwrap_or(0));
                let part = value.to_basis_points.zip(above).map(|(to, above)| above * to / 10_000);
                if let Some(pence) = value.amount_pence.map(|it| it.0).or(part) {
                    own.insert(year, pence);
                }
            }
            if !own.is_empty() {
                worth.insert(Some(row.id), own);
            }
        }
        worth
    }
}
