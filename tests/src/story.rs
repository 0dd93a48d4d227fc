//! What can be done to a fund, drawn at random and done through the API, with what has to come of
//! it kept beside.

use entities::membership::Role;
use proptest::{prelude::*, sample::select};
use serde_json::{Value, json};

use crate::{Books, Engine, World, books::SOURCE};

/// The sources from which the partners of a story contribute.
const SOURCES: [&str; 2] = [SOURCE, "ADDITIONAL_LA"];
const POSTED: &str = "transaction { id }";

/// What can be done to a fund.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Verb {
    Plan,
    CreateScheme,
    Split,
    Spend,
    Accrue,
    SpentByPartner,
    RefundedByPayee,
    Adjust,
    Invoice,
    Receive,
    GiveBack,
    Reverse,
    Virement,
    IntoPool,
    Commit,
    Release,
    Forecast,
    Submit,
    Close,
    MoveClock,
}

const VERBS: &[Verb] = &[
    Verb::Plan,
    Verb::CreateScheme,
    Verb::Split,
    Verb::Spend,
    Verb::Spend,
    Verb::Spend,
    Verb::Accrue,
    Verb::SpentByPartner,
    Verb::RefundedByPayee,
    Verb::Adjust,
    Verb::Invoice,
    Verb::Receive,
    Verb::Receive,
    Verb::GiveBack,
    Verb::Reverse,
    Verb::Virement,
    Verb::IntoPool,
    Verb::Commit,
    Verb::Release,
    Verb::Forecast,
    Verb::Submit,
    Verb::Close,
    Verb::MoveClock,
];

/// One thing that is done: which, to what, how much, and in which month (April is 1).
#[derive(Clone, Debug)]
pub struct Step {
    verb: Verb,
    what: usize,
    other: usize,
    pence: i64,
    /// The month of its effect; April is 1.
    pub month: u32,
}

/// At most so many things to do, and at least half of them.
pub fn steps(most: usize) -> impl Strategy<Value = Vec<Step>> {
    let step = (select(VERBS), 0..64_usize, 0..64_usize, 1..300_000_i64, 1..=12_u32);
    let step =
        step.prop_map(|(verb, what, other, pence, month)| Step { verb, what, other, pence, month });
    prop::collection::vec(step, most / 2..=most)
}

/// A transaction, with what it did to the cash and to what was spent.
#[derive(Clone, Debug)]
pub struct Posted {
    id: String,
    /// What it added to the host's cash, in pence.
    pub cash: i64,
    /// What it added to what was spent, in pence.
    pub actual: i64,
    /// True when an adjustment of it moves the host's cash.
    is_paid_by_host: bool,
    /// True of an accrual that reverses itself in the next period, which is in the year but for that
    /// of March.
    reverses_itself: bool,
}

/// A fund, and what was done to it.
pub struct Story {
    /// The world that it happens in.
    pub world: World,
    /// The fund's books.
    pub books: Books,
    contributions: Vec<String>,
    schemes: Vec<String>,
    /// What was posted.
    pub posted: Vec<Posted>,
    commitments: Vec<String>,
    forecasts: Vec<String>,
    closed: i32,
    number: usize,
    /// How many things were done and not refused.
    pub accepted: usize,
}

impl Story {
    /// A fund of three partners with two contributions and two schemes.
    pub async fn begin(engine: Engine) -> Self {
        let world = World::on(engine).await;
        let books = Books::open(&world, &["Host", "Council", "Trust"]).await;
        let contributions =
            vec![books.contribution(0, "10000.00").await, books.contribution(1, "20000.00").await];
        let schemes = vec![
            books.scheme("01", "7000.01", &[1, 1, 1]).await,
            books.scheme("02", "11000.00", &[7, 0, 3]).await,
        ];
        Self {
            world,
            books,
            contributions,
            schemes,
            posted: Vec::new(),
            commitments: Vec::new(),
            forecasts: Vec::new(),
            closed: 0,
            number: 0,
            accepted: 0,
        }
    }

    /// Runs a mutation: what it selects of its payload, when it was not refused. A refusal is no
    /// failure, a fault is.
    async fn run(&mut self, name: &str, mut input: Value, fields: &str) -> Option<Value> {
        self.number += 1;
        if name != "createScheme"
            && name != "setFundingSplit"
            && !name.contains("Forecast")
            && name != "closePeriod"
        {
            input["idempotencyKey"] = json!(self.number.to_string());
        }
        let input_type = match name {
            "invoiceContribution" | "receiveContribution" | "refundContribution" => {
                "ContributionPostingInput".to_owned()
            }
            _ => format!("{}{}Input", name[..1].to_uppercase(), &name[1..]),
        };
        let answer = self.books.host().run_typed(name, &input_type, input, fields).await;
        assert!(answer.0.get("errors").is_none(), "{name} failed: {answer:#?}");
        let payload = answer.payload().clone();
        let refused = payload["errors"].as_array().is_some_and(|errors| !errors.is_empty());
        if refused {
            return None;
        }
        self.accepted += 1;
        Some(payload)
    }

    async fn post(&mut self, name: &str, input: Value, posted: Posted) {
        if let Some(payload) = self.run(name, input, POSTED).await {
            let id = payload["transaction"]["id"].as_str().expect("an identity").to_owned();
            self.posted.push(Posted { id, ..posted });
        }
    }

    async fn spend(&mut self, step: &Step, kind: &str, sign: i64, spent_by: Option<usize>) {
        let Some(scheme) = pick(&self.schemes, step.what) else { return };
        let amount = step.pence;
        let mut input = Books::expenditure(&scheme, &money(amount), &day(step.month, 10), "");
        input["kind"] = json!(kind);
        input["reason"] = json!("As it happened");
        input["spentBy"] = json!(spent_by.map(|place| self.books.partner(place).id.clone()));
        let reverses_itself = kind == "ACCRUED" && step.other.is_multiple_of(2);
        if kind == "ACCRUED" {
            input["reversesItself"] = json!(reverses_itself);
        }
        let is_paid_by_host = kind != "ACCRUED" && spent_by.is_none();
        let posted = Posted {
            id: String::new(),
            cash: if is_paid_by_host { -sign * amount } else { 0 },
            actual: if reverses_itself && step.month < 12 { 0 } else { sign * amount },
            is_paid_by_host,
            reverses_itself,
        };
        self.post("recordExpenditure", input, posted).await;
    }

    async fn contribution(&mut self, step: &Step, name: &str, sign: i64) {
        let Some(contribution) = pick(&self.contributions, step.what) else { return };
        let input = json!({
            "contribution": contribution, "amount": money(step.pence), "description": "Instalment",
            "reason": "As it happened", "effective": { "effectiveOn": day(step.month, 3) },
        });
        let posted = Posted {
            id: String::new(),
            cash: sign * step.pence,
            actual: 0,
            is_paid_by_host: false,
            reverses_itself: false,
        };
        self.post(name, input, posted).await;
    }

    /// Does one thing; a refusal is no failure, a fault is.
    ///
    /// # Panics
    /// When the server fails.
    pub async fn take(&mut self, step: &Step) {
        let Step { what, other, pence: amount, month, .. } = *step;
        let effective = json!({ "effectiveOn": day(month, 20) });
        let amount_text = money(amount);
        let fund = self.books.fund.clone();
        let partner = |place: usize| self.books.partner(place % 3).id.clone();
        match step.verb {
            Verb::Plan => {
                let input = json!({
                    "fund": fund, "partner": partner(what), "sourceCode": SOURCES[other % 2],
                    "financialYear": "2025/26", "amount": amount_text,
                    "decision": crate::posting::decision(),
                });
                let made = self.run("planContribution", input, "contribution { id }").await;
                push(&mut self.contributions, made, "contribution");
            }
            Verb::CreateScheme => {
                let reference = format!("S{}", self.number);
                let weights =
                    [what % 5, other % 5, 1].map(|weight| i64::try_from(weight).expect("small"));
                let input = self.books.scheme_input(&fund, &reference, &amount_text, &weights);
                let made = self.run("createScheme", input, "scheme { id }").await;
                push(&mut self.schemes, made, "scheme");
            }
            Verb::Split => {
                let Some(scheme) = pick(&self.schemes, what) else { return };
                let share =
                    json!({ "partner": partner(other), "source": SOURCES[what % 2], "weight": 1 });
                let other =
                    json!({ "partner": partner(other + 1), "source": SOURCES[0], "weight": 2 });
                let input = json!({
                    "scheme": scheme, "financialYear": "2025/26", "effectiveOn": day(month, 1),
                    "shares": [share, other],
                });
                self.run("setFundingSplit", input, "scheme { id }").await;
            }
            Verb::Spend => self.spend(step, "SPENT", 1, None).await,
            Verb::Accrue => self.spend(step, "ACCRUED", 1, None).await,
            Verb::SpentByPartner => self.spend(step, "SPENT", 1, Some(1 + other % 2)).await,
            Verb::RefundedByPayee => self.spend(step, "REFUNDED", -1, None).await,
            Verb::Invoice => self.contribution(step, "invoiceContribution", 0).await,
            Verb::Receive => self.contribution(step, "receiveContribution", 1).await,
            Verb::GiveBack => self.contribution(step, "refundContribution", -1).await,
            Verb::Adjust => {
                let Some(original) = pick(&self.posted, what) else { return };
                let amount = if other % 2 == 0 { amount } else { -amount };
                let input = json!({
                    "adjusts": original.id, "amount": money(amount), "effective": effective,
                    "description": "Adjusted", "reason": "Miscounted",
                });
                let posted = Posted {
                    cash: if original.is_paid_by_host { -amount } else { 0 },
                    actual: if original.reverses_itself && month < 12 { 0 } else { amount },
                    ..original
                };
                self.post("recordAdjustment", input, posted).await;
            }
            Verb::Reverse => {
                let Some(original) = pick(&self.posted, what) else { return };
                let input = json!({
                    "transaction": original.id, "effective": effective, "reason": "Mistaken",
                });
                let posted = Posted { cash: -original.cash, actual: -original.actual, ..original };
                self.post("reverseTransaction", input, posted).await;
            }
            Verb::Virement | Verb::IntoPool => self.move_budget(step).await,
            Verb::Commit => {
                let Some(scheme) = pick(&self.schemes, what) else { return };
                let input = json!({
                    "scheme": scheme, "financialYear": "2025/26", "amount": amount_text,
                    "description": "Promised", "effectiveOn": day(month, 2),
                });
                let made = self.run("recordCommitment", input, "commitment { id }").await;
                push(&mut self.commitments, made, "commitment");
            }
            Verb::Release => {
                let Some(commitment) = pick(&self.commitments, what) else { return };
                let input = json!({
                    "commitment": commitment, "amount": money(amount / 4 + 1),
                    "effectiveOn": day(month, 28),
                });
                self.run("releaseCommitment", input, "commitment { id }").await;
            }
            Verb::Forecast => {
                let line = |(place, scheme): (usize, &String)| {
                    json!({
                        "scheme": scheme, "month": (month as usize + place) % 12 + 1,
                        "amount": money(amount + i64::try_from(place).expect("few")),
                    })
                };
                let lines: Vec<Value> = self.schemes.iter().enumerate().map(line).collect();
                let input = json!({ "fund": fund, "financialYear": "2025/26", "lines": lines });
                let made = self.run("saveForecast", input, "forecast { id }").await;
                push(&mut self.forecasts, made, "forecast");
            }
            Verb::Submit => {
                let Some(forecast) = pick(&self.forecasts, what) else { return };
                self.run("submitForecast", json!({ "forecast": forecast }), "forecast { id }")
                    .await;
            }
            Verb::Close => {
                let status = if other % 2 == 0 { "CLOSED" } else { "SOFT_CLOSED" };
                // Late periods stay open, so that something can still be posted.
                if self.closed > 3 {
                    return;
                }
                let input = json!({
                    "fund": fund, "financialYear": "2025/26", "period": self.closed + 1,
                    "status": status, "reason": "Month end",
                });
                if self.run("closePeriod", input, "closing { period }").await.is_some() {
                    self.closed += 1;
                }
            }
            Verb::MoveClock => {
                let (year, month) = if month > 6 { (2026, month - 6) } else { (2025, month + 6) };
                self.world.it_is(year, month, 1 + u32::try_from(what % 28).expect("small"));
                // A token lasts a day.
                for partner in &mut self.books.partners {
                    let organisation = partner.staff.organisation;
                    let roles = [Role::Commissioner, Role::Finance];
                    partner.staff = self.world.actor(organisation, &roles).await;
                }
            }
        }
    }

    async fn move_budget(&mut self, step: &Step) {
        let Some(gaining) = pick(&self.schemes, step.what) else { return };
        let amount = step.pence / 10 + 1;
        let line = |scheme: &str, amount: i64| json!({ "scheme": scheme, "amount": money(amount) });
        let mut input = json!({
            "fund": self.books.fund, "financialYear": "2025/26", "reason": "Demand",
            "decision": { "decidingBody": "Board", "decidedOn": "2025-09-01", "minuteReference": "7" },
            "effectiveOn": day(step.month, 1), "schemes": [line(&gaining, amount)],
        });
        if step.verb == Verb::Virement {
            let Some(losing) = pick(&self.schemes, step.what + 1) else { return };
            input["kind"] = json!("VIREMENT");
            input["schemes"] = json!([line(&losing, -amount), line(&gaining, amount)]);
        } else {
            let partner = &self.books.partner(step.other % 3).id;
            input["kind"] = json!("INTO_POOL");
            input["contributions"] =
                json!([{ "partner": partner, "sourceCode": SOURCE, "amount": money(amount) }]);
        }
        self.run("moveBudget", input, "movement { id }").await;
    }
}

fn money(pence: i64) -> String {
    let sign = if pence < 0 { "-" } else { "" };
    format!("{sign}{}.{:02}", pence.abs() / 100, pence.abs() % 100)
}

/// A day of the month of the financial year 2025/26, April first.
#[must_use]
pub fn day(month: u32, day: u32) -> String {
    let (year, month) = if month > 9 { (2026, month - 9) } else { (2025, month + 3) };
    format!("{year}-{month:02}-{day:02}")
}

fn pick<T: Clone>(from: &[T], what: usize) -> Option<T> {
    (!from.is_empty()).then(|| from[what % from.len()].clone())
}

fn push(onto: &mut Vec<String>, made: Option<Value>, what: &str) {
    let Some(payload) = made else { return };
    onto.push(payload[what]["id"].as_str().expect("an identity").to_owned());
}
