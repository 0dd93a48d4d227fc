//! What terms have to be before anybody agrees to them. What is wrong is said with its place:
//! `goals.2.basisPoints`.

mod framework;
mod kinds;

use entities::value::Pence;

use super::{Amount, Component, Framework, Pay};
use crate::rules::risk_share::Fault;

pub use framework::check as check_framework;

/// The most of one thing that a list may have.
const MOST: usize = 200;

/// The most that one amount or price may be: a thousand million pounds.
const MOST_AMOUNT: Pence = Pence(100_000_000_000);

/// The most that basis points may be: ten times the whole.
const MOST_POINTS: i64 = 100_000;

/// Whether a component can be agreed like this, beside this framework.
///
/// # Errors
/// The first thing that is wrong with it.
pub fn check_pay(pay: &Pay, framework: &Framework) -> Result<(), Fault> {
    kinds::check(pay, framework)?;
    for (limit, path) in [(pay.floor, "floor"), (pay.cap, "cap")] {
        let Some(limit) = limit else { continue };
        amount(limit, path)?;
        kinds::agreed_where_care_is_paid(pay.kind.name(), limit, path)?;
    }
    if let (Some(Amount::Stated(floor)), Some(Amount::Stated(cap))) = (pay.floor, pay.cap)
        && cap < floor
    {
        return Err(Fault::at("cap", "the most is not less than the least: give a higher cap"));
    }
    for (uplift, place) in pay.uplifts.iter().zip(0..) {
        let at = |field: &str| format!("uplifts.{place}.{field}");
        if uplift.basis_points <= -MOST_POINTS / 10 || uplift.basis_points > MOST_POINTS {
            return Err(Fault::at(at("basisPoints"), "give between −9,999 and 100,000"));
        }
        if pay.uplifts[..place].iter().any(|it| it.year >= uplift.year) {
            return Err(Fault::at(at("year"), "give each year once, the earliest first"));
        }
    }
    Ok(())
}

/// Whether a component can become this: it stays of its kind (rule C4).
///
/// # Errors
/// When it is of another kind.
pub fn check_change(component: &Component, pay: &Pay) -> Result<(), Fault> {
    if component.versions.iter().any(|it| it.pay.kind.name() != pay.kind.name()) {
        let sentence = "a component stays of its kind: end this one and record another";
        return Err(Fault::at("kind", sentence));
    }
    Ok(())
}

fn amount(amount: Amount, path: &str) -> Result<(), Fault> {
    match amount {
        Amount::Stated(stated) => money(stated, path),
        Amount::Share { basis_points, .. } => points(basis_points, path),
    }
}

fn money(amount: Pence, path: &str) -> Result<(), Fault> {
    within((amount.0, MOST_AMOUNT.0), path, "give nothing below zero or above a thousand million")
}

fn points(points: i64, path: &str) -> Result<(), Fault> {
    within((points, MOST_POINTS), path, "give basis points between 0 and 100,000")
}

fn share(points: i64, path: &str) -> Result<(), Fault> {
    within((points, 10_000), path, "give basis points between 0 and 10,000, the whole")
}

fn within((value, most): (i64, i64), path: &str, sentence: &str) -> Result<(), Fault> {
    if (0..=most).contains(&value) { Ok(()) } else { Err(Fault::at(path, sentence)) }
}

fn some<T>(items: &[T], path: &str) -> Result<(), Fault> {
    if items.is_empty() {
        return Err(Fault::at(path, "give at least one"));
    }
    if items.len() > MOST {
        return Err(Fault::at(path, format!("give at most {MOST}")));
    }
    Ok(())
}

/// A code that says what is counted, and stands once in its list.
fn code<'a>(
    code: &str,
    mut earlier: impl Iterator<Item = &'a str>,
    path: &str,
) -> Result<(), Fault> {
    if code.trim().is_empty() {
        return Err(Fault::at(path, "say what is counted: give a code"));
    }
    if earlier.any(|it| it == code) {
        return Err(Fault::at(path, "this code stands in the list already: give it once"));
    }
    Ok(())
}
