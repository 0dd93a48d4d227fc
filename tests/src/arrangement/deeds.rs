//! What was done to a contract, as its story told it: what those read who read all of it.

use chrono::NaiveDate;
use serde_json::{Value, json};

/// What was done to a contract.
#[derive(Debug, Default)]
pub struct Deeds {
    components: Vec<String>,
    measured: Vec<Measured>,
    steps: Vec<Step>,
}

/// What was measured, and what was decided of it.
#[derive(Debug)]
struct Measured {
    measure: String,
    year: String,
    reading: String,
    state: &'static str,
    reason: Option<String>,
}

/// A step of the contract.
#[derive(Debug)]
struct Step {
    status: &'static str,
    reason: Option<String>,
    effective_on: NaiveDate,
    recorded_on: NaiveDate,
}

impl Deeds {
    /// A component of pay was agreed, for the first time or again.
    pub(super) fn pays(&mut self, reference: &str) {
        if self.components.iter().all(|it| it != reference) {
            self.components.push(reference.to_owned());
        }
    }

    /// Something was measured. Answers with its number.
    ///
    /// # Panics
    /// When there are too many.
    pub(super) fn measured(&mut self, (measure, year, reading): (&str, &str, &str)) -> i32 {
        self.measured.push(Measured {
            measure: measure.to_owned(),
            year: year.to_owned(),
            reading: reading.to_owned(),
            state: "SUBMITTED",
            reason: None,
        });
        i32::try_from(self.measured.len()).expect("few")
    }

    /// It was decided what is to be thought of a measurement.
    ///
    /// # Panics
    /// When nothing was measured under this number.
    pub(super) fn decided(&mut self, number: i32, state: &'static str, reason: Option<&str>) {
        let place = usize::try_from(number - 1).expect("a number from 1");
        self.measured[place].state = state;
        self.measured[place].reason = reason.map(str::to_owned);
    }

    /// The contract was taken a step on.
    ///
    /// # Panics
    /// When there is no such step.
    pub(super) fn stepped(
        &mut self,
        mutation: &str,
        (effective_on, recorded_on): (NaiveDate, NaiveDate),
        reason: Option<&str>,
    ) {
        let status = match mutation {
            "draftContract" => "DRAFT",
            "awardContract" => "IN_STANDSTILL",
            "mobiliseContract" => "MOBILISING",
            "activateContract" | "resumeContract" => "ACTIVE",
            "suspendContract" => "SUSPENDED",
            "giveContractNotice" => "NOTICE_GIVEN",
            "terminateContract" => "TERMINATED",
            "cancelContract" => "CANCELLED",
            "abandonContract" => "ABANDONED",
            other => panic!("no step: {other}"),
        };
        let reason = reason.map(str::to_owned);
        self.steps.push(Step { status, reason, effective_on, recorded_on });
    }

    /// The components of its pay, in its order.
    pub(super) fn components(&self) -> Value {
        self.components.iter().map(|it| json!({ "reference": it })).collect()
    }

    /// What was measured, as those read it who submit or validate it.
    pub(super) fn measurements(&self) -> Value {
        self.measurements_if(|_| true)
    }

    /// What was measured, as everybody else reads it: what counts.
    pub(super) fn validated(&self) -> Value {
        self.measurements_if(|it| it.state == "VALIDATED")
    }

    fn measurements_if(&self, is_told: impl Fn(&Measured) -> bool) -> Value {
        let told = |(number, it): (i32, &Measured)| {
            is_told(it).then(|| {
                json!({
                    "number": number, "measure": { "reference": it.measure },
                    "financialYear": it.year, "reading": it.reading, "state": it.state,
                    "reason": it.reason, "evidence": "Dashboard",
                })
            })
        };
        (1..).zip(&self.measured).filter_map(told).collect()
    }

    /// How it came to stand as it does, as told to those who read it up to a day.
    pub(super) fn history(&self, to: NaiveDate) -> Value {
        let told = self.steps.iter().filter(|it| it.effective_on.max(it.recorded_on) <= to);
        told.map(|it| json!({ "status": it.status, "reasonCode": it.reason })).collect()
    }

    /// Its steps since it was shared that had taken effect by a day.
    pub(super) fn shared_by(&self, on: NaiveDate) -> Value {
        let shared = self.steps.iter().filter(|it| it.status != "DRAFT" && it.effective_on <= on);
        shared.map(|it| json!({ "status": it.status, "reasonCode": it.reason })).collect()
    }
}
