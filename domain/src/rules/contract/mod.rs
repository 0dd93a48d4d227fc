//! Contracts: where they stand and may go, what they say on a day, how long they may last, and how
//! their commissioners share them (rules C1 and C8).

pub mod dated;
pub mod guarantee;
pub mod novation;
pub mod shares;
pub mod status;
pub mod term;
