use chrono::NaiveDate;
use serde::{Deserialize, Serialize};

use super::{money::Value, party::ReadParty, period::Period};

/// A contract of a notice, or a process that may lead to one.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ReadContract {
    /// Which of its process it is: the award's identity, or else the contract's; empty of the
    /// process itself, while nothing is awarded.
    pub key: String,
    /// What it is called: the process's identity, and the award's or contract's where there is one.
    pub reference: String,
    /// Its title.
    pub title: String,
    /// What sort of contract the notice says that it is.
    pub model: Option<StatedModel>,
    /// Who buys, the named buyer first.
    pub commissioners: Vec<ReadParty>,
    /// Who provides.
    pub providers: Vec<ReadParty>,
    /// Its days, as far as they are stated.
    pub period: Option<Period>,
    /// The day of the decision to award it.
    pub awarded_on: Option<NaiveDate>,
    /// The day on which it was signed.
    pub signed_on: Option<NaiveDate>,
    /// What it is worth for its whole life.
    pub value: Option<Value>,
    /// Where it is in its life.
    pub status: ReadStatus,
    /// Why, where it came to nothing or to an end.
    pub reason: Option<String>,
    /// The lots that it covers.
    pub lots: Vec<String>,
    /// Changes that the notice names.
    pub amendments: Vec<Amendment>,
    /// The contract that it extends.
    pub extends: Option<String>,
    /// The line on which it is described.
    #[serde(skip)]
    pub line: u64,
}

/// Where a contract is in its life, as its notice says.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub enum ReadStatus {
    /// Planned or out to tender.
    Draft,
    /// The award is proposed and may still be challenged.
    InStandstill,
    /// Awarded.
    Awarded,
    /// Signed and in force.
    Signed,
    /// Over: run to its end, or ended before it.
    Ended,
    /// Awarded, and cancelled before it came into force.
    Cancelled,
    /// The procurement came to nothing.
    Abandoned,
}

/// What sort of contract a notice can say that it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub enum StatedModel {
    /// A framework agreement, under which contracts are called off.
    FrameworkAgreement,
    /// Called off from a framework agreement or a dynamic purchasing system.
    FrameworkCallOff,
}

/// A change of a contract that its notice names.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Amendment {
    /// Its day.
    pub on: Option<NaiveDate>,
    /// Why.
    pub rationale: Option<String>,
}
