//! Disputes between partners: raised, taken up the agreement's ladder step by step, and resolved or
//! withdrawn.

mod ladder;
mod permission;
mod raise;
mod read;
mod take;

pub use ladder::{NewLadder, NewRung, ladders, set_ladder};
pub use permission::{Permissions, permissions};
pub use raise::{NewDispute, raise};
pub use read::{Disputed, of_agreements};
pub use take::{NewEnd, NewStep, end, take_step};
