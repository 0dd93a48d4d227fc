//! Where a fund stands at a date (rules M4, M10, M15).
//!
//! Every figure is a sum of parts. A part is an amount that one partner funds (or incurs) from one
//! source in one period of one scheme; the total and every breakdown add up the same parts, so they
//! cannot disagree. How an amount is divided into parts is told in `attribution.rs`.
//!
//! The host's cash is another figure and does not enter (rule M11): receipts and payments of
//! contributions change no position.
//!
//! The facts are those effective by the date and known at the asked instant: choosing them is the
//! caller's part, computing with them is this one's.

mod attribution;
mod borne;
mod breakdown;
mod facts;
mod figures;
#[cfg(test)]
pub(crate) mod testing;
#[cfg(test)]
mod tests;

pub use borne::{Borne, borne_by, unshared};
pub use breakdown::{Position, PositionLine, sum};
pub use facts::{ActualPart, SchemeFacts, UNATTRIBUTED};
pub use figures::Figures;

use chrono::NaiveDate;
use entities::value::FinancialYear;

/// What "by partner" means (rule M15).
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Basis {
    /// Who spent it. A budget, a promise and a forecast are the scheme's commissioner's.
    IncurredBy,
    /// Who funds it, by the funding splits.
    FundedBy,
    /// Who bears it in the end: as it is funded, and then the result of the risk share, which
    /// [`borne_by`] puts in.
    BorneBy,
}

/// The position of one fund in one year at the end of the day `as_of`.
///
/// A year that has ended needs no forecast: its outturn is what was spent. Before that, a fund
/// whose forecast was not submitted has no outturn and no variance, in any line. A fund without
/// schemes expects nothing.
#[must_use]
pub fn position(
    year: FinancialYear,
    as_of: NaiveDate,
    basis: Basis,
    schemes: &[SchemeFacts],
) -> Position {
    let has_ended = as_of >= year.last_day();
    let is_forecast = has_ended || schemes.iter().all(|scheme| scheme.forecast.is_some());
    let parts = schemes.iter().flat_map(|scheme| attribution::parts(year, as_of, basis, scheme));
    Position::of_parts(parts, is_forecast)
}
