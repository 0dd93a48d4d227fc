//! What is withheld of what contracts pay, and given back or retained: dated and never changed (NHS
//! Standard Contract, GC9; rules C8, G4, M13).

mod read;
mod settle;
mod withhold;

pub use read::{Amounts, PayWithholding, Settled, Shows, withholdings_of};
pub use settle::{Settling, settle};
pub use withhold::{NewWithholding, withhold, withhold_in};
