//! What contracts pay and are to achieve: who reads what of it, and of which day.

use chrono::NaiveDate;
use entities::{
    measurement, measurement_decision::Decision, outcome_framework, relation::RelationKind,
};
use serde_json::{Value, json};
use tributary::graphql::node::Kind;
use uuid::Uuid;

use super::{
    View,
    asked::{Asker, id},
    contract::money,
    masks::Tier,
};

const ASKED: &str = "outcomeFramework { number } measurements { number state reason } \
     components { reference } schedule(financialYear: \"2025/26\") { total } withheld { field }";

/// Who submits or validates all measurements, and so reads those that wait.
const MEASURING: [RelationKind; 2] =
    [RelationKind::LeadProvider, RelationKind::CoordinatingCommissioner];

impl View<'_> {
    /// True when a relation that reads a group opens what was recorded on a day.
    fn opens_recorded(&self, contract: Uuid, group: &str, on: NaiveDate) -> bool {
        self.reading(contract, group, Tier::Full).iter().any(|it| on <= it.to)
    }

    /// True when what was recorded on a day is open to the viewer as to who measures.
    fn measures(&self, contract: Uuid, on: NaiveDate) -> bool {
        let mut to = self.to_contracts.get(&contract).into_iter().flatten();
        to.any(|it| MEASURING.contains(&it.kind) && on <= it.to)
    }

    /// True when a framework of outcomes is seen.
    #[must_use]
    pub fn sees_framework(&self, row: &outcome_framework::Model) -> bool {
        self.sees_contract(row.contract_id)
            && self.opens_recorded(row.contract_id, "OutcomeMeasures", row.recorded_on)
    }

    /// What was decided about a measurement, as far as that is seen: of a rejection by who measures.
    #[must_use]
    pub fn decided_of(&self, row: &measurement::Model) -> Option<(Decision, Option<&str>)> {
        let decisions = &self.world.contracting.achieving.decisions;
        let it = decisions.iter().find(|it| it.measurement_id == row.id)?;
        let is_validated = it.decision == Decision::Validated;
        let is_open = self.measures(row.contract_id, it.recorded_on)
            || self.owns_measurement(row, it.recorded_on)
            || (is_validated
                && self.opens_recorded(row.contract_id, "Measurements", it.recorded_on));
        is_open.then_some((it.decision, it.reason.as_deref()))
    }

    /// True when a measurement is seen: once it is validated, by who measures, and of its own link.
    #[must_use]
    pub fn sees_measurement(&self, row: &measurement::Model) -> bool {
        let counts = matches!(self.decided_of(row), Some((Decision::Validated, _)));
        let of_contract = self.sees_contract(row.contract_id)
            && ((counts && self.opens_recorded(row.contract_id, "Measurements", row.recorded_on))
                || self.measures(row.contract_id, row.recorded_on));
        of_contract || self.owns_measurement(row, row.recorded_on)
    }

    fn expected_framework(&self, contract: Uuid) -> Value {
        let rows = self.world.contracting.achieving.frameworks.iter();
        let seen = rows.filter(|it| it.contract_id == contract && self.sees_framework(it));
        let begun = seen.filter(|it| it.effective_on <= self.today);
        let last = begun.max_by_key(|it| (it.effective_on, it.number));
        last.map_or(Value::Null, |it| json!({ "number": it.number }))
    }

    fn expected_measurements(&self, contract: Uuid) -> Value {
        if self.reading(contract, "Measurements", Tier::Full).is_empty() {
            return Value::Null;
        }
        let rows = self.world.contracting.achieving.measurements.iter();
        let seen = rows.filter(|it| it.contract_id == contract && self.sees_measurement(it));
        let told = |row: &measurement::Model| {
            let (state, reason) = match self.decided_of(row) {
                None => ("SUBMITTED", None),
                Some((Decision::Validated, reason)) => ("VALIDATED", reason),
                Some((Decision::Rejected, reason)) => ("REJECTED", reason),
            };
            json!({ "number": row.number, "state": state, "reason": reason })
        };
        json!(seen.map(told).collect::<Vec<Value>>())
    }

    fn expected_components(&self, contract: Uuid) -> Value {
        if self.reading(contract, "ContractValue", Tier::Full).is_empty() {
            return Value::Null;
        }
        let rows = self.world.contracting.paying.components.iter();
        let seen = rows.filter(|it| {
            it.contract_id == contract
                && self.opens_recorded(contract, "ContractValue", it.recorded_on)
        });
        json!(seen.map(|it| json!({ "reference": it.reference })).collect::<Vec<Value>>())
    }

    fn expected_of_pay(&self, contract: Uuid) -> [(&'static str, Value); 5] {
        let until = self.told_of_pay_until(contract);
        let total = until.map(|by| json!({ "total": money(self.comes_to(contract, by)) }));
        let reads = |group, tier| !self.reading(contract, group, tier).is_empty();
        let hidden = [
            ("components", reads("ContractValue", Tier::Full)),
            ("measurements", reads("Measurements", Tier::Full)),
            ("outcomeFramework", reads("OutcomeMeasures", Tier::Full)),
            ("paymentRuns", reads("PaymentsFromPool", Tier::Own)),
            ("schedule", until.is_some()),
            ("withholdings", reads("ContractValue", Tier::Own)),
        ];
        let hidden = hidden.into_iter().filter(|it| !it.1).map(|it| it.0);
        [
            ("outcomeFramework", self.expected_framework(contract)),
            ("measurements", self.expected_measurements(contract)),
            ("components", self.expected_components(contract)),
            ("schedule", total.unwrap_or(Value::Null)),
            ("withheld", json!(hidden.collect::<Vec<&str>>())),
        ]
    }
}

impl Asker<'_> {
    /// What every contract that was awarded and is seen pays, and is to achieve.
    pub(super) async fn pay(&mut self) {
        let document = format!(
            "query($ids: [ID!]!) {{ nodes(ids: $ids) {{ ... on Contract {{ pay {{ {ASKED} }} }} }} }}"
        );
        let contracts = self.view.world.contracting.contracts.iter();
        let awarded = contracts.filter(|row| row.shared_on.is_some()).map(|row| row.id);
        let seen: Vec<Uuid> = awarded.filter(|of| self.view.sees_contract(*of)).collect();
        for some in seen.chunks(5) {
            let named: Vec<String> = some.iter().map(|of| id(Kind::Contract, *of)).collect();
            let data = self.get(&document, json!({ "ids": named })).await;
            for (place, of) in some.iter().enumerate() {
                let expected = self.view.expected_of_pay(*of).to_vec();
                self.each("ContractPay", *of, &data["nodes"][place]["pay"], &expected);
            }
        }
    }
}
