//! Scalars: what is read is written as it was meant, and read again as the same.

use async_graphql::{ScalarType, Value};
use tributary::graphql::scalars::{Date, DateTime, FinancialYear, Money};

use crate::{draw::Draw, spoil::spoilt};

const SOUND: [&str; 10] = [
    "1234.50",
    "-0.01",
    "9999999999999.99",
    "2025-06-30",
    "2024-02-29",
    "2025/26",
    "1999/00",
    "2025-06-30T16:00:00.000001Z",
    "2025-06-30T16:00:00+01:00",
    "0000-01-01T00:00:00Z",
];

pub fn accepts(draw: &mut Draw) -> bool {
    let sound = draw.one(&SOUND);
    let text = spoilt(sound, 2, draw);
    let value = match draw.below(8) {
        0 => Value::from(i64::try_from(draw.below(usize::MAX / 2)).unwrap_or(0)),
        1 => Value::List(vec![Value::from(text.as_str())]),
        _ => Value::from(text.as_str()),
    };
    let is_money = Money::parse(value.clone()).is_ok_and(|money| match money.pence("at") {
        Ok(pence) => {
            let digits = text.strip_prefix('-').unwrap_or(&text);
            let (pounds, decimals) = digits.split_once('.').unwrap_or((digits, "0"));
            let is_number = |part: &str, most| {
                (1..=most).contains(&part.len()) && part.bytes().all(|byte| byte.is_ascii_digit())
            };
            assert!(is_number(pounds, 13) && is_number(decimals, 2), "{text:?} was read as money");
            let written: Vec<u8> = digits.bytes().filter(u8::is_ascii_digit).collect();
            let written = String::from_utf8(written).unwrap_or_default();
            let tens = [100, 10, 1][if digits.contains('.') { decimals.len() } else { 0 }];
            let size = written.parse::<i64>().unwrap_or(-1) * tens;
            assert_eq!(pence.0.abs(), size, "{text:?}");
            lasts(&money)
        }
        Err(_) => false,
    });
    let is_day = Date::parse(value.clone()).is_ok_and(|day| day.day("at").is_ok() && lasts(&day));
    let year = FinancialYear::parse(value.clone());
    let is_year = year.is_ok_and(|year| year.year("at").is_ok() && lasts(&year));
    let is_instant = DateTime::parse(value).is_ok_and(|at| lasts(&at));
    is_money || is_day || is_year || is_instant
}

/// True, of what is read again from what is written.
fn lasts<S: ScalarType + PartialEq + std::fmt::Debug>(read: &S) -> bool {
    let written = read.to_value();
    match S::parse(written.clone()) {
        Ok(again) => assert_eq!(&again, read, "{written}"),
        Err(_) => panic!("{written} was written and is not read"),
    }
    true
}
