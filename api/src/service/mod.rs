//! What can be done: one file a noun, one function a verb. A function finds its root through
//! `access`, asks `domain::policy`, computes with `domain::rules`, and writes in one transaction.

mod stopped;

pub mod account;
pub mod acting_as;
pub mod demonstration;
pub mod fund_lock;
pub mod ground;
pub mod idempotency;
pub mod installation;
pub mod ledger;
pub mod membership;
pub mod period;
pub mod position;
pub mod session;
pub mod verify;

pub use stopped::{Code, Refusal, Stopped};
