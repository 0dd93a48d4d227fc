use entities::value::{Pence, Period};

use crate::rules::split;

/// Hundredths of a per cent in a whole.
pub(super) const WHOLE: i64 = 10_000;

/// `part` of `whole` of an amount, to the penny, halves away from nothing.
///
/// # Panics
/// When `whole` is not above zero, or the share does not fit.
pub(super) fn portion(amount: Pence, part: i64, whole: i64) -> Pence {
    let whole = i128::from(whole);
    let exact = i128::from(amount.0) * i128::from(part);
    let pence = exact.signum() * ((2 * exact.abs() + whole) / (2 * whole));
    Pence(i64::try_from(pence).expect("terms and facts are bounded when they are recorded"))
}

/// A price times a number of units.
pub(super) fn times(price: Pence, units: i64) -> Pence {
    portion(price, units, 1)
}

/// The part of one month in an amount for a year: its twelfth, by largest remainder (rule M2).
pub(super) fn twelfth(year: Pence, month: Period) -> Pence {
    let parts = split::equally(year, 12).expect("a year has twelve months");
    let of_month = Period::months().zip(parts).find(|(it, _)| *it == month);
    of_month.map_or(Pence::ZERO, |(_, part)| part)
}
