//! Scalars. Input that is no amount, date or year is carried into the use case, which refuses it
//! as something the caller can put right.

use std::str::FromStr;

use async_graphql::{InputValueError, InputValueResult, Scalar, ScalarType, Value};
use chrono::{NaiveDate, SecondsFormat};
use entities::value::{self, Instant, Pence};

use crate::service::{Code, Refusal};

/// A written value: either what it means, or the text that means nothing.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum Written<T> {
    /// It means this.
    Read(T),
    /// It means nothing.
    Unreadable {
        /// What was written, cut short.
        text: String,
        /// Why it means nothing, and what would.
        reason: String,
    },
}

impl<T: Copy> Written<T> {
    fn parse(value: &Value, read: impl FnOnce(&str) -> Result<T, String>) -> Option<Self> {
        let Value::String(text) = value else { return None };
        Some(read(text).map_or_else(
            |reason| Self::Unreadable { text: text.chars().take(40).collect(), reason },
            Self::Read,
        ))
    }

    fn read(&self, code: Code, path: &str) -> Result<T, Refusal> {
        match self {
            Self::Read(value) => Ok(*value),
            Self::Unreadable { reason, .. } => Err(Refusal::new(code, reason).at(path)),
        }
    }

    fn write(&self, write: impl FnOnce(&T) -> String) -> Value {
        match self {
            Self::Read(value) => Value::String(write(value)),
            Self::Unreadable { text, .. } => Value::String(text.clone()),
        }
    }
}

/// An amount of sterling, in pounds, as a decimal string. On input up to two decimals, an
/// optional leading minus and at most 13 digits before the point; on output always two decimals:
/// `"1234.50"`.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Money(Written<Pence>);

/// A day of the calendar, `YYYY-MM-DD`.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Date(Written<NaiveDate>);

/// A financial year, 1 April to 31 March, as its two calendar years: `"2025/26"`.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct FinancialYear(Written<value::FinancialYear>);

/// An instant, UTC, in RFC 3339 with microseconds: `"2025-06-30T16:00:00.000000Z"`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct DateTime(pub Instant);

impl Money {
    /// The amount.
    ///
    /// # Errors
    /// `INVALID_MONEY` at `path`.
    pub fn pence(&self, path: &str) -> Result<Pence, Refusal> {
        self.0.read(Code::InvalidMoney, path)
    }
}

impl Date {
    /// The day.
    ///
    /// # Errors
    /// `INVALID_DATE` at `path`.
    pub fn day(&self, path: &str) -> Result<NaiveDate, Refusal> {
        self.0.read(Code::InvalidDate, path)
    }
}

impl FinancialYear {
    /// The year.
    ///
    /// # Errors
    /// `WRONG_YEAR` at `path`.
    pub fn year(&self, path: &str) -> Result<value::FinancialYear, Refusal> {
        self.0.read(Code::WrongYear, path)
    }
}

impl From<Pence> for Money {
    fn from(pence: Pence) -> Self {
        Self(Written::Read(pence))
    }
}

impl From<NaiveDate> for Date {
    fn from(day: NaiveDate) -> Self {
        Self(Written::Read(day))
    }
}

impl From<value::FinancialYear> for FinancialYear {
    fn from(year: value::FinancialYear) -> Self {
        Self(Written::Read(year))
    }
}

impl From<Instant> for DateTime {
    fn from(at: Instant) -> Self {
        Self(at)
    }
}

fn expected<T: async_graphql::InputType>(value: Value, form: &str) -> InputValueError<T> {
    InputValueError::custom(format!("{value} is not a string: write it as {form}"))
}

/// An amount of sterling, in pounds, as a decimal string. On input up to two decimals, an
/// optional leading minus and at most 13 digits before the point; on output always two decimals:
/// `"1234.50"`.
#[Scalar]
impl ScalarType for Money {
    fn parse(value: Value) -> InputValueResult<Self> {
        let read = |text: &str| Pence::from_str(text).map_err(|why| why.to_string());
        Written::parse(&value, read).map(Self).ok_or_else(|| expected(value, "\"1234.50\""))
    }

    fn to_value(&self) -> Value {
        self.0.write(Pence::to_string)
    }
}

/// A day of the calendar, `YYYY-MM-DD`.
#[Scalar(specified_by_url = "https://scalars.graphql.org/andimarek/local-date")]
impl ScalarType for Date {
    fn parse(value: Value) -> InputValueResult<Self> {
        let read = |text: &str| {
            NaiveDate::parse_from_str(text, "%Y-%m-%d")
                .ok()
                .filter(|day| day.to_string() == text)
                .ok_or_else(|| {
                    let text: String = text.chars().take(20).collect();
                    format!("{text:?} is not a day of the calendar: write it as \"2025-06-30\"")
                })
        };
        Written::parse(&value, read).map(Self).ok_or_else(|| expected(value, "\"2025-06-30\""))
    }

    fn to_value(&self) -> Value {
        self.0.write(NaiveDate::to_string)
    }
}

/// A financial year, 1 April to 31 March, as its two calendar years: `"2025/26"`.
#[Scalar]
impl ScalarType for FinancialYear {
    fn parse(value: Value) -> InputValueResult<Self> {
        let read = |text: &str| value::FinancialYear::from_str(text).map_err(|why| why.to_string());
        Written::parse(&value, read).map(Self).ok_or_else(|| expected(value, "\"2025/26\""))
    }

    fn to_value(&self) -> Value {
        self.0.write(value::FinancialYear::to_string)
    }
}

/// An instant, UTC, in RFC 3339 with microseconds: `"2025-06-30T16:00:00.000000Z"`.
#[Scalar(specified_by_url = "https://scalars.graphql.org/andimarek/date-time")]
impl ScalarType for DateTime {
    fn parse(value: Value) -> InputValueResult<Self> {
        let Value::String(text) = &value else {
            return Err(expected(value, "\"2025-06-30T16:00:00Z\""));
        };
        chrono::DateTime::parse_from_rfc3339(text)
            .map(|at| Self(at.to_utc().into()))
            .map_err(|_| expected(value, "\"2025-06-30T16:00:00Z\""))
    }

    fn to_value(&self) -> Value {
        Value::String(self.0.to_utc().to_rfc3339_opts(SecondsFormat::Micros, true))
    }
}
