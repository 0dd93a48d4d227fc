//! The user's rules: which payments are whose.

use serde::{Deserialize, Serialize};
use uuid::Uuid;

use crate::import::table::Record;

/// The rules, in their order: the first that matches counts.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct PaymentRules {
    /// In their order.
    pub rules: Vec<PaymentRule>,
    /// What becomes of payments that no rule matches; without it they are rejected.
    pub otherwise: Option<Fate>,
}

/// What becomes of the payments that meet every condition.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PaymentRule {
    /// All of which hold.
    pub when: Vec<Condition>,
    /// What becomes of them.
    pub then: Fate,
}

/// What a column has to say, whatever its capitals and the space around it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Condition {
    /// The column, by its name.
    pub column: String,
    /// How it is looked at.
    pub test: Test,
    /// The text.
    pub text: String,
}

/// How a column is looked at.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum Test {
    /// It is the text.
    Equals,
    /// The text is in it.
    Contains,
    /// It begins with the text.
    StartsWith,
}

/// What becomes of a payment.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Fate {
    /// It was spent on this scheme.
    Scheme(Uuid),
    /// It is left out, for this reason.
    LeaveOut(String),
}

/// What matched first.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Matched {
    /// The rule at this place of the list.
    Rule(usize),
    /// No rule, and there is a default.
    Otherwise,
    /// Nothing.
    Nothing,
}

impl PaymentRules {
    /// The columns that the rules look at.
    pub fn columns(&self) -> impl Iterator<Item = &str> {
        let conditions = self.rules.iter().flat_map(|rule| &rule.when);
        conditions.map(|condition| condition.column.as_str())
    }

    /// What becomes of a payment that was matched so.
    #[must_use]
    pub fn fate(&self, matched: Matched) -> Option<&Fate> {
        match matched {
            Matched::Rule(place) => self.rules.get(place).map(|rule| &rule.then),
            Matched::Otherwise => self.otherwise.as_ref(),
            Matched::Nothing => None,
        }
    }

    /// What matches a line first.
    pub(super) fn first(&self, record: &Record<'_>) -> Matched {
        let all = |rule: &PaymentRule| rule.when.iter().all(|condition| condition.holds(record));
        match self.rules.iter().position(all) {
            Some(place) => Matched::Rule(place),
            None if self.otherwise.is_some() => Matched::Otherwise,
            None => Matched::Nothing,
        }
    }
}

impl Condition {
    fn holds(&self, record: &Record<'_>) -> bool {
        let said = record.named(&self.column).to_lowercase();
        let text = self.text.trim().to_lowercase();
        match self.test {
            Test::Equals => said == text,
            Test::Contains => said.contains(&text),
            Test::StartsWith => said.starts_with(&text),
        }
    }
}
