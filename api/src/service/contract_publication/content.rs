//! What is published of a contract and a year: what the matrix marks P, and nothing else.

use chrono::NaiveDate;
use serde::{Deserialize, Serialize};

/// The snapshot. Amounts are pounds as decimal strings; what was held back is not there.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Content {
    /// What its commissioners call it.
    pub reference: Option<String>,
    /// Its title.
    pub title: Option<String>,
    /// How it is built, as it is stored.
    pub model: Option<String>,
    /// What is bought.
    pub services: Option<Vec<String>>,
    /// First day.
    pub starts_on: Option<NaiveDate>,
    /// Last day.
    pub ends_on: Option<NaiveDate>,
    /// Where it stands, as it is stored.
    pub status: Option<String>,
    /// Since when.
    pub status_since: Option<NaiveDate>,
    /// How it came to stand so since it was awarded, the first first.
    pub status_history: Option<Vec<StatusChange>>,
    /// The commissioners, by name, the one that leads first.
    pub commissioners: Option<Vec<String>>,
    /// The providers, by name, in their order.
    pub providers: Option<Vec<String>>,
    /// The last day of effect that counts.
    pub as_of: NaiveDate,
    /// What it is expected to cost in the year.
    pub value: Option<String>,
    /// What it is to achieve.
    pub measures: Option<Vec<Measure>>,
    /// What its outcomes earned in the year.
    pub outcome_pay: Option<String>,
    /// The material subcontracts that have started.
    pub links: Option<Vec<Link>>,
    /// What was paid from the pool in the year, by month.
    pub payments: Option<Vec<Payment>>,
}

/// That a contract came to stand otherwise, as published: no words of anybody's.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct StatusChange {
    /// Where it stood from then on, as it is stored.
    pub status: String,
    /// The first day on which it stood so.
    pub effective_on: NaiveDate,
    /// The part that was suspended; none when the whole was.
    pub suspended_part: Option<String>,
    /// The kind of reason, as it is stored.
    pub reason_code: Option<String>,
    /// The day on which a notice takes effect, or a standstill ends.
    pub takes_effect_on: Option<NaiveDate>,
}

/// A measure of an outcome, as published.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Measure {
    /// What its parties call it.
    pub reference: String,
    /// What it is called.
    pub name: String,
    /// In what it is counted.
    pub unit: String,
    /// Where earning begins, in the measure's unit, as a decimal.
    pub threshold: String,
    /// Where the whole is earned, in the measure's unit, as a decimal.
    pub target: String,
}

/// A material subcontract, as published.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Link {
    /// One more than the tier above.
    pub tier: i32,
    /// What is sold.
    pub service: String,
    /// Who buys, by name.
    pub buyer: String,
    /// Who sells, by name.
    pub seller: String,
}

/// What was paid from the pool in a month.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Payment {
    /// The month: 1 is April, 12 is March.
    pub period: i32,
    /// How much.
    pub amount: String,
}
