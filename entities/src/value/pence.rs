use std::{fmt, iter::Sum, str::FromStr};

use sea_orm::DeriveValueType;
use serde::{Deserialize, Serialize};

/// An exact amount of sterling, in whole pence (rule M1). Stored as a 64-bit integer, and written in
/// JSON as pounds: `"-1234.50"`.
#[derive(
    Clone,
    Copy,
    Debug,
    Default,
    PartialEq,
    Eq,
    PartialOrd,
    Ord,
    Hash,
    DeriveValueType,
    Serialize,
    Deserialize,
)]
#[serde(into = "String", try_from = "String")]
pub struct Pence(pub i64);

/// The most whole-pound digits that an amount may have.
const MOST_POUND_DIGITS: usize = 13;

/// Why a text is not an amount of money, in words for the person who wrote it.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error(
    "{text:?} is not an amount of money: write pounds as digits, optionally with a leading minus, a point and one or two decimals, such as \"1234.50\""
)]
pub struct NotMoney {
    text: String,
}

impl Pence {
    /// No money.
    pub const ZERO: Self = Self(0);

    /// The amount, when it is more than nothing.
    #[must_use]
    pub fn positive(self) -> Option<Self> {
        (self.0 > 0).then_some(self)
    }

    /// True of amounts below nothing.
    #[must_use]
    pub fn is_negative(self) -> bool {
        self.0 < 0
    }

    /// The sum, or nothing when it does not fit.
    #[must_use]
    pub fn plus(self, other: Self) -> Option<Self> {
        self.0.checked_add(other.0).map(Self)
    }
}

impl std::ops::Neg for Pence {
    type Output = Self;
    fn neg(self) -> Self {
        Self(-self.0)
    }
}

impl std::ops::Add for Pence {
    type Output = Self;
    fn add(self, other: Self) -> Self {
        Self(self.0 + other.0)
    }
}

impl std::ops::AddAssign for Pence {
    fn add_assign(&mut self, other: Self) {
        self.0 += other.0;
    }
}

impl std::ops::Sub for Pence {
    type Output = Self;
    fn sub(self, other: Self) -> Self {
        Self(self.0 - other.0)
    }
}

impl Sum for Pence {
    fn sum<I: Iterator<Item = Self>>(amounts: I) -> Self {
        Self(amounts.map(|amount| amount.0).sum())
    }
}

/// Pounds with two decimals and no separators: `-1234.50`.
impl fmt::Display for Pence {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let sign = if self.0 < 0 { "-" } else { "" };
        let pence = self.0.unsigned_abs();
        write!(f, "{sign}{}.{:02}", pence / 100, pence % 100)
    }
}

impl From<Pence> for String {
    fn from(pence: Pence) -> Self {
        pence.to_string()
    }
}

impl TryFrom<String> for Pence {
    type Error = NotMoney;
    fn try_from(text: String) -> Result<Self, NotMoney> {
        text.parse()
    }
}

impl FromStr for Pence {
    type Err = NotMoney;

    fn from_str(text: &str) -> Result<Self, NotMoney> {
        parse(text).ok_or_else(|| NotMoney { text: text.chars().take(40).collect() })
    }
}

fn parse(text: &str) -> Option<Pence> {
    let (negative, digits) = match text.strip_prefix('-') {
        Some(rest) => (true, rest),
        None => (false, text),
    };
    let (pounds, decimals) = digits.split_once('.').unwrap_or((digits, "00"));
    let all_digits = |part: &str| part.bytes().all(|byte| byte.is_ascii_digit());
    if pounds.is_empty() || pounds.len() > MOST_POUND_DIGITS || !all_digits(pounds) {
        return None;
    }
    let tenths = match decimals.len() {
        1 => 10,
        2 => 1,
        _ => return None,
    };
    if !all_digits(decimals) {
        return None;
    }
    let pence = pounds.parse::<i64>().ok()? * 100 + decimals.parse::<i64>().ok()? * tenths;
    Some(Pence(if negative { -pence } else { pence }))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn m1_only_plain_decimal_pounds_are_money() {
        for text in [
            "1,000",
            "1e3",
            "12.345",
            "£5",
            "",
            "-",
            ".5",
            "5.",
            "+5",
            " 5",
            "--5",
            "12345678901234567890",
        ] {
            assert!(text.parse::<Pence>().is_err(), "{text} was taken for money");
        }
        assert_eq!("1234.5".parse(), Ok(Pence(123_450)));
        assert_eq!("-0.01".parse(), Ok(Pence(-1)));
    }

    proptest! {
        #[test]
        fn m1_an_amount_survives_being_written_and_read(pence in -999_999_999_999_999_i64..=999_999_999_999_999) {
            prop_assert_eq!(Pence(pence).to_string().parse(), Ok(Pence(pence)));
        }
    }
}
