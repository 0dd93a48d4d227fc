//! What is withheld of what contracts pay, and what they are to achieve: what of it is hidden is
//! otherwise in the second world, and some of it is not there.

use std::collections::BTreeSet;

use domain::rules::pay::Framework;
use entities::{
    pay_withholding as withholding, pay_withholding_settlement as settlement, value::Pence,
};
use uuid::Uuid;

use super::hidden::{Changing, is_gone};
use crate::oracle::{View, masks::Tier, worlds::outcomes::Achieving};

/// True when the viewer is told nothing of what is withheld of a contract today.
fn is_told_nothing(view: &View<'_>, contract: Uuid) -> bool {
    ![Tier::Full, Tier::Own].iter().any(|tier| view.is_told_what_is_withheld(contract, *tier))
}

/// A framework with one measure more, and another cut-off.
fn with_another_measure(content: &str) -> String {
    let mut framework: Framework = serde_json::from_str(content).expect("an outcome framework");
    let mut other = framework.further[0].clone();
    (other.id, other.reference) = (Uuid::from_u128(9), "SECRET".to_owned());
    framework.further.push(other);
    framework.cut_off_days = 30;
    serde_json::to_string(&framework).expect("an outcome framework")
}

impl Changing<'_> {
    /// Frameworks, measurements and decisions about them that are not seen.
    pub(super) fn outcomes(&mut self) {
        let view = self.view;
        let achieving = &mut self.second.contracting.achieving;
        let count =
            |it: &Achieving| it.frameworks.len() + it.measurements.len() + it.decisions.len();
        let is_told = |of: Uuid| view.is_told_of_measures(of);
        let before = count(achieving);
        achieving
            .frameworks
            .retain(|row| view.sees_framework(row) || is_told(row.contract_id) || !is_gone(row.id));
        let measurements = achieving.measurements.clone();
        achieving.decisions.retain(|row| {
            let of = measurements.iter().find(|it| it.id == row.measurement_id);
            of.is_some_and(|it| view.decided_of(it).is_some())
        });
        achieving.answers.retain(|row| {
            let of = measurements.iter().find(|it| it.id == row.measurement_id);
            of.is_some_and(|it| view.answer_of(it).is_some())
        });
        achieving.keep_measurements(|row| view.sees_measurement(row));
        let mut gone = before - count(achieving);
        for row in achieving.frameworks.iter_mut().filter(|row| !view.sees_framework(row)) {
            if is_told(row.contract_id) {
                // Of what its link feeds it is told, and of nothing that stands beside it.
                row.content = with_another_measure(&row.content);
            } else {
                row.effective_on = row.effective_on + chrono::Days::new(1);
            }
            gone += 1;
        }
        let contracting = &mut self.second.contracting;
        let links = &view.world.contracting;
        for row in &mut contracting.measure_feeds {
            if !view.opens_feed(links.link(row.subcontract_id), row.recorded_on) {
                row.document_reference = Some("Minute 99".to_owned());
                gone += 1;
            }
        }
        for row in &mut contracting.measure_feed_ends {
            if !view.opens_feed(links.link(row.subcontract_id), row.recorded_on) {
                row.reason = "Something else".to_owned();
                gone += 1;
            }
        }
        self.told("outcomes", gone);
    }

    /// Withholdings and settlements that are not seen, and the amounts of those that are not read.
    pub(super) fn withholdings(&mut self) {
        let view = self.view;
        let paying = &view.world.contracting.paying;
        let of = |hidden: &dyn Fn(&withholding::Model) -> bool| -> BTreeSet<Uuid> {
            let rows = paying.withholdings.iter().filter(|row| hidden(row));
            rows.map(|row| row.id).collect()
        };
        let hidden = of(&|row| !view.sees_withholding(row, false));
        let unread = of(&|row| !view.sees_withholding(row, true));
        let untold = of(&|row| is_told_nothing(view, row.contract_id));
        let contracts: Vec<(Uuid, Uuid)> =
            paying.withholdings.iter().map(|row| (row.id, row.contract_id)).collect();
        let second = &mut self.second.contracting.paying;
        let before = second.withholdings.len() + second.settlements.len();
        second.keep_withholdings(|row| !(hidden.contains(&row.id) && is_gone(row.id)));
        second.settlements.retain(|row| {
            let contract = contracts.iter().find(|it| it.0 == row.withholding_id);
            contract.is_some_and(|it| view.sees_settled(it.1, row))
        });
        let mut count = before - second.withholdings.len() - second.settlements.len();
        for row in second.withholdings.iter_mut().filter(|row| hidden.contains(&row.id)) {
            row.document_reference = "Another notice".to_owned();
            row.basis_points = row.basis_points.map(|_| 7);
            count += 1;
        }
        let is_hidden = |id: &Uuid| unread.contains(id) && untold.contains(id);
        for row in second.withholdings.iter_mut().filter(|row| is_hidden(&row.id)) {
            row.monthly_pence = row.monthly_pence.map(|amount| Pence(amount.0 + 1));
            row.component_id = None;
            count += 1;
        }
        // Whoever has left is told what the schedule of its last day was.
        let is_scheduled = |row: &settlement::Model| {
            let contract = contracts.iter().find(|it| it.0 == row.withholding_id);
            let until = contract.and_then(|it| view.told_of_pay_until(it.1));
            until.is_some_and(|last| row.recorded_on <= last)
        };
        let untold = |row: &&mut settlement::Model| {
            untold.contains(&row.withholding_id) && !is_scheduled(row)
        };
        for row in second.settlements.iter_mut().filter(untold) {
            row.amount_pence = row.amount_pence.map(|amount| Pence(amount.0 * 2));
            count += 1;
        }
        self.told("withholdings", count);
    }
}
