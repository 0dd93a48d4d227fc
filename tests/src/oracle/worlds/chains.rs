//! Supply chains by chance: links under contracts, each seller buying on, to four tiers.

use chrono::NaiveDate;
use entities::{
    subcontract::{self as link, Approval, Confirmation},
    subcontract_clause::{self, ClauseStatus},
    subcontract_value,
    subcontract_value_act::{self, ValueActKind},
    value::{FinancialYear, Pence},
};
use uuid::Uuid;

use super::Maker;
use crate::raw::day;

/// Amounts at the edges of the bands of rule V2, and within them.
const AMOUNTS: [i64; 8] = [
    5_000_000,
    9_999_999,
    10_000_000,
    49_999_999,
    50_000_000,
    99_999_999,
    100_000_000,
    700_000_000,
];

impl Maker {
    /// A seller under the lead provider, and others under that, none its own ancestor; often two of
    /// them side by side. The first of a world has all four tiers.
    pub(super) fn chain(&mut self, contract: Uuid, lead: Uuid, shared_on: NaiveDate) {
        let (mut above, mut parent) = (vec![lead], None);
        let mut recorded_on = shared_on;
        let tiers = self.between(1, 4);
        let is_first = self.it.contracting.links.is_empty();
        for _ in 0..if is_first { 4 } else { tiers } {
            let organisations = &self.it.organisations[..self.it.organisations.len() - 1];
            let others = organisations.iter().map(|row| row.id).filter(|id| !above.contains(id));
            let others: Vec<Uuid> = others.collect();
            if others.is_empty() {
                break;
            }
            let (seller, later) = (self.pick(&others), self.day());
            recorded_on = recorded_on.max(later.min(day(2025, 9, 1)));
            let buyer = above[above.len() - 1];
            if self.one_in(3) {
                let beside = self.pick(&others);
                self.link((contract, parent), (buyer, beside), recorded_on);
            }
            parent = Some(self.link((contract, parent), (buyer, seller), recorded_on));
            above.push(seller);
        }
    }

    /// A link under another, or directly under the contract.
    pub(super) fn link(
        &mut self,
        (contract_id, parent_id): (Uuid, Option<Uuid>),
        (buyer_id, seller_id): (Uuid, Uuid),
        recorded_on: NaiveDate,
    ) -> Uuid {
        let (id, recorded_at) = (self.id(), self.known_at());
        let links = &self.it.contracting.links;
        let tier = parent_id.map_or(0, |of| self.it.contracting.link(of).tier) + 1;
        let reference = format!("SUB {}", links.len());
        let is_material = self.one_in(3);
        let of_material = [Approval::Awaited, Approval::Approved, Approval::Refused];
        let approval = if is_material { self.pick(&of_material) } else { Approval::NotNeeded };
        let is_decided = matches!(approval, Approval::Approved | Approval::Refused);
        let answers = [Confirmation::Recorded, Confirmation::Confirmed, Confirmation::Contested];
        let confirmation = self.pick(&answers);
        let starts_on = self.pick(&[recorded_on, recorded_on, day(2026, 1, 1)]);
        let ended_on = day(2025, 9, 20);
        let ends_on = self.pick(&[day(2027, 3, 31), day(2027, 3, 31), ended_on]);
        let value_version = if self.one_in(3) { 2 } else { 1 };
        let changes = [recorded_on, day(2025, 9, 25)];
        let value_changed_on = (value_version > 1).then(|| self.pick(&changes));
        let row = link::Model {
            id,
            contract_id,
            parent_id,
            tier,
            buyer_id,
            seller_id,
            reference,
            service: self.pick(&["Nursing", "Transport"]).to_owned(),
            starts_on,
            ends_on: if ends_on < starts_on { day(2027, 3, 31) } else { ends_on },
            is_material,
            is_open_book: self.one_in(2),
            floor_basis_points: 500,
            payment_days: Some(30),
            on_behalf: self.one_in(3),
            confirmation,
            approval,
            decided_on: is_decided.then_some(recorded_on),
            value_version: Some(value_version),
            value_changed_on,
            version: 1,
            recorded_on,
            changed_on: self.pick(&[recorded_on, day(2025, 9, 25)]),
            recorded_at,
        };
        self.it.contracting.links.push(row);
        for (version, start) in (1..=value_version).flat_map(|it| [(it, 2024), (it, 2025)]) {
            if self.one_in(6) {
                continue;
            }
            let is_range = self.one_in(5);
            let (amount, recorded_at) = (self.pick(&AMOUNTS), self.known_at());
            self.it.contracting.link_values.push(subcontract_value::Model {
                subcontract_id: id,
                version,
                financial_year: FinancialYear::starting(start).expect("a year"),
                amount_pence: (!is_range).then_some(Pence(amount)),
                from_basis_points: is_range.then_some(1_000),
                to_basis_points: is_range.then_some(2_000),
                recorded_at,
            });
        }
        if let Some(changed_on) = value_changed_on {
            self.changed_value((id, value_version), (buyer_id, seller_id), changed_on);
        }
        if self.one_in(2) {
            self.flows_down((id, buyer_id), recorded_on);
        }
        id
    }

    /// How far a clause or two have come in a link, each said once or twice.
    fn flows_down(&mut self, (subcontract_id, buyer): (Uuid, Uuid), recorded_on: NaiveDate) {
        for place in 1..=self.between(1, 2) {
            let days = [recorded_on, self.pick(&[recorded_on, day(2025, 9, 25)])];
            let versions = self.between(1, 2);
            for (version, recorded_on) in (1..).zip(days.into_iter().take(versions)) {
                let recorded_at = self.known_at();
                let status = [ClauseStatus::Required, ClauseStatus::FlowedDown];
                let status = self.pick(&status);
                self.it.contracting.clauses.push(subcontract_clause::Model {
                    subcontract_id,
                    clause: format!("Clause {place}"),
                    version,
                    status,
                    note: Some(format!("Schedule {version}")),
                    recorded_as_id: buyer,
                    recorded_on,
                    recorded_at,
                });
            }
        }
    }

    /// That the value of a link was changed, and what its seller says of it.
    fn changed_value(
        &mut self,
        (subcontract_id, version): (Uuid, i32),
        (buyer, seller): (Uuid, Uuid),
        recorded_on: NaiveDate,
    ) {
        let mut said = vec![(ValueActKind::Changed, buyer)];
        if self.one_in(2) {
            said.push((self.pick(&[ValueActKind::Confirmed, ValueActKind::Contested]), seller));
        }
        for (number, (kind, recorded_as_id)) in (1..).zip(said) {
            let recorded_at = self.known_at();
            let is_said = kind != ValueActKind::Confirmed;
            self.it.contracting.value_acts.push(subcontract_value_act::Model {
                subcontract_id,
                version,
                number,
                kind,
                reason: is_said.then(|| format!("Reason {number}")),
                document_reference: None,
                recorded_as_id,
                recorded_on,
                recorded_at,
            });
        }
    }
}
