//! What everybody may read of contracts, without signing in: snapshots that the co-ordinating
//! commissioner has decided to publish, immutable, and withdrawn with a reason (rule V5).

mod compose;
mod content;
mod publish;
mod read;

pub use content::{Content, Link, Measure, Payment, StatusChange};
pub use publish::{
    HeldBack, Item, NewPublication, NewWithdrawal, Part, publish, publish_in, withdraw,
};
pub use read::{Published, count, find, list, of_contracts, place};
