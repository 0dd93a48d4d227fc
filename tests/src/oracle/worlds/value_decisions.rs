//! What the values of material links are raised to, by chance: approved, refused and waiting.

use chrono::NaiveDate;
use entities::{
    subcontract::{self as link, Approval},
    subcontract_value,
    subcontract_value_act::{self, ValueActKind},
    subcontract_value_decision as decision,
    value::{FinancialYear, Pence},
};

use super::Maker;
use crate::raw::day;

impl Maker {
    /// Of every material link that was approved: what counts may have been approved after it was asked
    /// for, and something else may have been refused, or wait.
    pub(super) fn value_decisions(&mut self) {
        let links = self.it.contracting.links.clone();
        for link in links.iter().filter(|row| row.approval == Approval::Approved) {
            if let (Some(on), true) = (link.value_changed_on, self.one_in(2)) {
                let version = link.value_version.unwrap_or(1);
                for row in &mut self.it.contracting.value_acts {
                    if row.subcontract_id == link.id && row.number == 1 {
                        row.recorded_on = link.recorded_on;
                    }
                }
                self.decides(link, version, (true, on));
            }
            if self.one_in(3) {
                continue;
            }
            let asked_on = link.value_changed_on.unwrap_or(link.recorded_on);
            let asked_on = asked_on.max(self.pick(&[link.recorded_on, day(2025, 9, 25)]));
            let version = link.value_version.unwrap_or(0) + 1;
            self.asks(link, version, asked_on);
            if self.one_in(2) {
                let on = self.pick(&[asked_on, day(2025, 9, 26)]);
                self.decides(link, version, (false, on.max(asked_on)));
            }
        }
    }

    fn asks(&mut self, link: &link::Model, version: i32, recorded_on: NaiveDate) {
        let recorded_at = self.known_at();
        let contracting = &mut self.it.contracting;
        contracting.link_values.push(subcontract_value::Model {
            subcontract_id: link.id,
            version,
            financial_year: FinancialYear::starting(2025).expect("a year"),
            amount_pence: Some(Pence(800_000_000)),
            from_basis_points: None,
            to_basis_points: None,
            recorded_at,
        });
        contracting.value_acts.push(subcontract_value_act::Model {
            subcontract_id: link.id,
            version,
            number: 1,
            kind: ValueActKind::Changed,
            reason: Some("More people".to_owned()),
            document_reference: None,
            recorded_as_id: link.buyer_id,
            recorded_on,
            recorded_at,
        });
    }

    fn decides(&mut self, link: &link::Model, version: i32, (is_approved, on): (bool, NaiveDate)) {
        let recorded_at = self.known_at();
        self.it.contracting.value_decisions.push(decision::Model {
            subcontract_id: link.id,
            version,
            is_approved,
            reason: (!is_approved).then(|| "Too dear".to_owned()),
            deciding_body: "Committee".to_owned(),
            decided_on: on,
            minute_reference: "C 1".to_owned(),
            recorded_as_id: link.buyer_id,
            recorded_on: on,
            recorded_at,
        });
    }
}
