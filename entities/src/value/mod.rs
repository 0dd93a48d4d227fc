//! Values that mean the same in every layer: money, fractions, years and periods.

#![warn(missing_docs)]

mod financial_year;
mod instant;
mod pence;
mod period;

pub use financial_year::{FinancialYear, NotAFinancialYear};
pub use instant::Instant;
pub use pence::{NotMoney, Pence};
pub use period::{NotAPeriod, Period};
