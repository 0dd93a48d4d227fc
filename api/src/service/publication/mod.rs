//! What everybody may read, without signing in: snapshots that a body has decided to publish,
//! immutable, and withdrawn with a reason (rule V5).

mod compose;
mod content;
mod publish;
mod read;

pub use content::{ApprovedReturn, Content, Fund, Payment, Scheme, Share};
pub use publish::{HeldBack, NewPublication, NewWithdrawal, publish, withdraw};
pub use read::{Published, count, find, list, place};
