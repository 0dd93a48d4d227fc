//! What an arrangement pays and for what, and what is run of it month by month.

use serde_json::{Value, json};

use super::Arrangement;
use crate::{Actor, Answer, payment_run::RUN, posting::decision};

/// What is asked of a year's schedule.
pub const SCHEDULE: &str = "total fixedElement actualAnnualValue contractValue baselineSpend
    components { reference kind amount most } lines { component period nature amount }
    results { component measure state most earned payableYet forfeited missed }
    shared { component variance provider pool isGatePassed }";

/// A measure of the whole way from 0 to 100.
#[must_use]
pub fn measure(reference: &str, weight: i32, scoring: &str) -> Value {
    json!({
        "reference": reference, "name": reference, "kind": "OUTCOME", "unit": "per cent",
        "weight": weight, "direction": "HIGHER_IS_BETTER", "threshold": "0", "target": "100",
        "scoring": scoring,
    })
}

/// So many hundredths of a per cent of a basis.
#[must_use]
pub fn share(basis: &str, basis_points: i32) -> Value {
    json!({ "basis": basis, "basisPoints": basis_points })
}

/// Money as a whole number of pence.
///
/// # Panics
/// When it is no money.
#[must_use]
#[track_caller]
pub fn pence(value: &Value) -> i64 {
    let text = value.as_str().unwrap_or_else(|| panic!("no money: {value}"));
    text.replace('.', "").parse().expect("pence")
}

/// Pence as money.
#[must_use]
pub fn money(pence: i64) -> String {
    let sign = if pence < 0 { "-" } else { "" };
    format!("{sign}{}.{:02}", pence.abs() / 100, pence.abs() % 100)
}

impl Arrangement {
    /// What the care cost before it, as agreed for each of the two years.
    pub async fn baseline(&self, amounts: [&str; 2]) {
        for (year, amount) in super::YEARS.into_iter().zip(amounts) {
            let input = self.input(json!({ "financialYear": year, "amount": amount }));
            self.board().run("recordPayBaseline", input, "financialYear").await.ok();
        }
    }

    /// The board records how a component pays, from 1 April 2026 on.
    pub async fn pays(&mut self, reference: &str, pay: Value) {
        self.would_pay(reference, "2026-04-01", pay).await.ok();
    }

    /// The same from another day on; may be refused.
    pub async fn would_pay(&mut self, reference: &str, from: &str, pay: Value) -> Answer {
        let input = self.input(json!({
            "reference": reference, "effectiveOn": from, "pay": pay, "decision": decision(),
        }));
        let told = self.board().run("recordPayComponent", input, "component { kind }").await;
        if told.is_ok() {
            self.deeds.pays(reference);
        }
        told
    }

    /// The board says what is to be achieved: domains, and measures without weight. What was
    /// measured of a year can be validated for ninety days after it.
    pub async fn achieves(&self, domains: Value, further: Value) {
        let input = self.input(json!({
            "effectiveOn": "2026-04-01", "domains": domains, "further": further,
            "cutOffDays": 90, "decision": decision(),
        }));
        self.board().run("defineOutcomeFramework", input, "framework { number }").await.ok();
    }

    /// The lead provider submits what was measured, and the board validates it.
    pub async fn measures(&mut self, measure: &str, year: &str, reading: &str) {
        let lead = self.lead.clone();
        let number = self.submits(&lead, (measure, year, reading)).await;
        self.validates(number).await.ok();
    }

    /// Somebody submits what was measured. Answers with its number.
    pub async fn submits(
        &mut self,
        who: &Actor,
        (measure, year, reading): (&str, &str, &str),
    ) -> i32 {
        let input = self.input(json!({
            "measure": measure, "financialYear": year, "reading": reading, "evidence": "Dashboard",
        }));
        let made = who.run("submitMeasurement", input, "measurement { number }").await.ok();
        let number = self.deeds.measured((measure, year, reading));
        assert_eq!(made.at("/submitMeasurement/measurement/number"), number);
        number
    }

    /// Somebody else of the board validates it.
    pub async fn validates(&mut self, number: i32) -> Answer {
        let input = self.input(json!({ "number": number }));
        let told = self.validator.run("validateMeasurement", input, "measurement { state }").await;
        if told.is_ok() {
            self.deeds.decided(number, "VALIDATED", None);
        }
        told
    }

    /// Or rejects it, and says why.
    pub async fn rejects(&mut self, number: i32, reason: &str) -> Answer {
        let input = self.input(json!({ "number": number, "reason": reason }));
        let told = self.validator.run("rejectMeasurement", input, "measurement { state }").await;
        if told.is_ok() {
            self.deeds.decided(number, "REJECTED", Some(reason));
        }
        told
    }

    /// So many people were on a list on a day.
    pub async fn counts(&self, code: &str, on: &str, people: i32) {
        let input = self.input(json!({
            "code": code, "countedOn": on, "people": people, "source": "List sizes, published",
        }));
        self.board().run("recordListSize", input, "countedOn").await.ok();
    }

    /// So many units were done in a month.
    pub async fn did(&self, code: &str, (year, period): (&str, i32), units: i32) {
        let input = self.input(json!({
            "code": code, "financialYear": year, "period": period, "units": units,
        }));
        self.board().run("recordActivity", input, "period").await.ok();
    }

    /// A month's care cost so much.
    pub async fn cost(&self, code: &str, (year, period): (&str, i32), amount: &str) {
        let input = self.input(json!({
            "code": code, "financialYear": year, "period": period, "cost": amount,
        }));
        self.board().run("recordActivity", input, "period").await.ok();
    }

    /// The board runs what is due up to a month, and the council approves it. Answers with the run.
    pub async fn pay_to(&self, year: &str, period: i32) -> Value {
        let key = self.world.database.clock().new_id();
        let input = self.input(json!({
            "financialYear": year, "period": period, "scheme": self.scheme,
            "idempotencyKey": key.to_string(),
        }));
        let run = self.board().run("runPayment", input, RUN).await.ok();
        let number = run.at("/runPayment/run/number").clone();
        let input = self.input(json!({ "run": number }));
        let posted = self.approver.run("approvePaymentRun", input, RUN).await.ok();
        assert_eq!(posted.at("/approvePaymentRun/run/state"), "APPROVED");
        run.at("/runPayment/run").clone()
    }

    /// The months of a year are run on the tenth of the month that follows each. Answers with what
    /// each came to.
    pub async fn pay_months(
        &mut self,
        year: &str,
        months: std::ops::RangeInclusive<i32>,
    ) -> Vec<String> {
        let mut paid = Vec::new();
        for period in months {
            self.on(after(year, period)).await;
            let run = self.pay_to(year, period).await;
            paid.push(run["total"].as_str().expect("money").to_owned());
        }
        paid
    }

    /// The same, where each month so many units were done, which the board records first.
    pub async fn pay_months_of(&mut self, year: &str, code: &str, units: &[i32]) -> Vec<String> {
        let mut paid = Vec::new();
        for (units, period) in units.iter().zip(1..) {
            self.on(after(year, period)).await;
            self.did(code, (year, period), *units).await;
            paid.push(self.pay_to(year, period).await["total"].as_str().expect("money").to_owned());
        }
        paid
    }

    /// A year's schedule, as somebody reads it; null for whoever does not.
    pub async fn schedule(&self, actor: &Actor, year: &str, more: &str) -> Value {
        let document = format!(
            r#"query($id: ID!) {{ contract(id: $id) {{ pay {{
                schedule(financialYear: "{year}" {more}) {{ {SCHEDULE} }} }} }} }}"#
        );
        let told = actor.send(&document, json!({ "id": self.contract })).await.ok();
        told.at("/contract/pay/schedule").clone()
    }

    /// What a component comes to in a year, as the board reads it.
    ///
    /// # Panics
    /// When there is no such component.
    pub async fn comes_to(&self, reference: &str, year: &str) -> String {
        let schedule = self.schedule(self.board(), year, "").await;
        let components = schedule["components"].as_array().expect("components");
        let own = components.iter().find(|it| it["reference"] == reference).expect("a component");
        own["amount"].as_str().expect("money").to_owned()
    }

    /// What was spent of the pool in a year, and what of it each partner funded, as a reader of the
    /// books is told.
    pub async fn spent(&self, reader: &Actor, year: &str) -> (String, Vec<String>) {
        let document = format!(
            r#"{{ pooledFund(reference: "POOL") {{
                position(financialYear: "{year}", basis: FUNDED_BY) {{
                total {{ actual }}
                byPartner(first: 9) {{ nodes {{ figures {{ actual }} }} }} }} }} }}"#
        );
        let told = reader.ask(&document).await.ok();
        let position = told.at("/pooledFund/position");
        let text = |value: &Value| value.as_str().expect("money").to_owned();
        let parts = position["byPartner"]["nodes"].as_array().expect("partners").iter();
        let parts = parts.map(|it| text(&it["figures"]["actual"])).collect();
        (text(&position["total"]["actual"]), parts)
    }
}

/// The tenth of the month after a month of a year.
///
/// # Panics
/// When it is no year.
#[must_use]
pub fn after(year: &str, period: i32) -> (i32, u32, u32) {
    let start: i32 = year[..4].parse().expect("a year");
    let month = u32::try_from(period).expect("a month") + 4;
    if month > 12 { (start + 1, month - 12, 10) } else { (start, month, 10) }
}
