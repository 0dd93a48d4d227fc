//! What contracts are to achieve, by chance, and what was measured of it: validated, rejected, and
//! waiting.

use domain::rules::pay::{Direction, Framework, Measure, MeasureKind, Reading, Scoring};
use entities::{
    contract, measurement, measurement_answer,
    measurement_decision::{self as decision, Decision},
    outcome_framework as framework,
    value::FinancialYear,
};
use uuid::Uuid;

use super::Maker;
use crate::raw::day;

/// What contracts are to achieve.
#[derive(Clone, Debug, Default)]
pub struct Achieving {
    /// What each is to achieve, from a day on.
    pub frameworks: Vec<framework::Model>,
    /// What was measured.
    pub measurements: Vec<measurement::Model>,
    /// What was decided about that.
    pub decisions: Vec<decision::Model>,
    /// What whoever it is about said of it.
    pub answers: Vec<measurement_answer::Model>,
}

impl Achieving {
    /// Keeps what belongs to some contracts.
    pub fn keep(&mut self, of: impl Fn(&Uuid) -> bool) {
        self.frameworks.retain(|row| of(&row.contract_id));
        self.measurements.retain(|row| of(&row.contract_id));
        self.decisions.retain(|row| of(&row.contract_id));
        self.answers.retain(|row| of(&row.contract_id));
    }

    /// Keeps what was measured under some links, and under none.
    pub fn keep_under(&mut self, of: impl Fn(&Uuid) -> bool) {
        self.keep_measurements(|row| row.subcontract_id.as_ref().is_none_or(&of));
    }

    /// Keeps some measurements, with what was said and decided of them.
    pub fn keep_measurements(&mut self, keeps: impl Fn(&measurement::Model) -> bool) {
        self.measurements.retain(keeps);
        let kept: Vec<Uuid> = self.measurements.iter().map(|row| row.id).collect();
        self.decisions.retain(|row| kept.contains(&row.measurement_id));
        self.answers.retain(|row| kept.contains(&row.measurement_id));
    }
}

/// A measure that nothing pays for, as a framework has it.
fn measure(id: Uuid, number: i32) -> Measure {
    Measure {
        id,
        reference: "FLOW".to_owned(),
        name: "Flow".to_owned(),
        kind: MeasureKind::Outcome,
        unit: "per cent".to_owned(),
        weight: 0,
        direction: Direction::HigherIsBetter,
        baseline: None,
        threshold: Reading(i64::from(number) * 1_000),
        target: Reading(100_000),
        scoring: Scoring::Linear,
        is_required_anyway: false,
    }
}

impl Maker {
    /// Of every contract that was awarded.
    pub(super) fn outcomes(&mut self) {
        let contracts = self.it.contracting.contracts.clone();
        for contract in contracts.iter().filter(|row| row.shared_on.is_some()) {
            let measure_id = self.id();
            self.achieves(contract, measure_id);
            for number in 1..=self.between(1, 4) {
                self.measured(contract, (measure_id, i32::try_from(number).expect("few")));
            }
        }
    }

    fn achieves(&mut self, contract: &contract::Model, measure_id: Uuid) {
        for (number, on) in (1..).zip([day(2023, 4, 1), day(2025, 4, 1), day(2025, 11, 1)]) {
            let further = vec![measure(measure_id, number)];
            let content = Framework { domains: Vec::new(), further, cut_off_days: 90 };
            let content = serde_json::to_string(&content).expect("an outcome framework");
            let (id, known_at, recorded_as_id) = (self.id(), self.known_at(), self.organisation());
            let later = self.pick(&[on, day(2025, 7, 1), day(2025, 9, 1)]);
            // Nothing is measured before it is said what is to be.
            let recorded_on = if number == 1 { on } else { later };
            self.it.contracting.achieving.frameworks.push(framework::Model {
                id,
                contract_id: contract.id,
                number,
                effective_on: on,
                content,
                deciding_body: None,
                decided_on: None,
                minute_reference: None,
                recorded_by_id: None,
                recorded_as_id,
                recorded_on: recorded_on.min(day(2025, 9, 30)),
                known_at,
            });
        }
    }

    fn measured(&mut self, contract: &contract::Model, (measure_id, number): (Uuid, i32)) {
        let (id, known_at, recorded_as_id) = (self.id(), self.known_at(), self.organisation());
        let recorded_on = self.pick(&[day(2024, 5, 2), day(2025, 5, 2), day(2025, 8, 1)]);
        let reading = i64::try_from(self.between(1, 99_000)).unwrap_or(1);
        self.it.contracting.achieving.measurements.push(measurement::Model {
            id,
            contract_id: contract.id,
            measure_id,
            financial_year: FinancialYear::starting(2024).expect("a year"),
            number,
            subcontract_id: None,
            subcontract_number: None,
            reading,
            evidence: "Dashboard".to_owned(),
            data_quality: None,
            on_behalf_of_id: None,
            recorded_by_id: None,
            recorded_as_id,
            recorded_on,
            known_at,
        });
        let decided = [None, Some(Decision::Validated), Some(Decision::Validated)];
        let decided = self.pick(&[decided[0], decided[1], decided[2], Some(Decision::Rejected)]);
        let decided_on = self.pick(&[recorded_on, day(2025, 9, 15)]);
        if let Some(decision) = decided {
            let known_at = self.known_at();
            self.it.contracting.achieving.decisions.push(decision::Model {
                measurement_id: id,
                contract_id: contract.id,
                decision,
                reason: (decision == Decision::Rejected).then(|| "Wrong denominator".to_owned()),
                recorded_by_id: None,
                recorded_as_id,
                recorded_on: decided_on,
                known_at,
            });
        }
    }
}
