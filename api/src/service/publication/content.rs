//! What is published of an agreement and a year: what the matrix marks P, and nothing else.

use chrono::{DateTime, NaiveDate, Utc};
use serde::{Deserialize, Serialize};

/// The snapshot. Amounts are pounds as decimal strings.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Content {
    /// What the partners call the agreement.
    pub reference: String,
    /// Its title.
    pub title: String,
    /// The law that it is made under.
    pub statutory_basis: String,
    /// Where it stands.
    pub status: String,
    /// First day.
    pub starts_on: NaiveDate,
    /// Last day, if set.
    pub ends_on: Option<NaiveDate>,
    /// The host, by name.
    pub host: Option<String>,
    /// The partners, by name, in their order.
    pub partners: Vec<String>,
    /// The last day of effect that counts.
    pub as_of: NaiveDate,
    /// The approved return whose day and instant its figures are of; none where it follows none.
    #[serde(default)]
    pub approved_return: Option<ApprovedReturn>,
    /// Its funds, by reference.
    pub funds: Vec<Fund>,
}

/// The approved return that a snapshot follows.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ApprovedReturn {
    /// The fund's reference.
    pub fund_reference: String,
    /// The quarter, or the whole year, as it is stored.
    pub span: String,
    /// The last instant of recording that counts.
    pub known_at: DateTime<Utc>,
}

/// A fund, as published.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Fund {
    /// What the partners call it.
    pub reference: String,
    /// Its name.
    pub name: String,
    /// How its money is bound.
    pub kind: String,
    /// What all partners together agreed to put in.
    pub contributions: String,
    /// The budget of the year.
    pub budget: String,
    /// What was spent, less what was given back.
    pub actual: String,
    /// Actual and what is still forecast; none without a submitted forecast.
    pub forecast_outturn: Option<String>,
    /// Outturn less budget: positive is adverse.
    pub variance: Option<String>,
    /// Its schemes, by reference, without those that were held back.
    pub schemes: Vec<Scheme>,
    /// What was paid from the pool, by period.
    pub payments: Vec<Payment>,
}

/// A scheme, as published.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Scheme {
    /// What the partners call it.
    pub reference: String,
    /// Its name.
    pub name: String,
    /// Its type, as the code list of the year says.
    pub scheme_type: String,
    /// The budget of the year.
    pub budget: String,
    /// Who funds it, in which weights.
    pub funded_by: Vec<Share>,
}

/// A part of a scheme's funding, as published.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Share {
    /// The partner, by name.
    pub partner: String,
    /// The funding source, as the code list of the year says.
    pub source: String,
    /// Its weight among the scheme's shares.
    pub weight: i64,
}

/// What was paid from the pool in a period.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Payment {
    /// The period.
    pub period: i32,
    /// How much.
    pub amount: String,
}
