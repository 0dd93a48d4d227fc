//! What can be done: one file a noun, one function a verb. A function finds its root through
//! `access`, asks `domain::policy`, computes with `domain::rules`, and writes in one transaction.

mod stopped;

pub mod account;
pub mod acting_as;
pub mod adult_social_care;
pub mod code_list;
pub mod council;
pub mod criteria;
pub mod demonstration;
pub mod external_reference;
pub mod fund_lock;
pub mod ground;
pub mod idempotency;
pub mod import_job;
pub mod installation;
pub mod ledger;
pub mod membership;
pub mod organisation;
pub mod organisation_import;
pub mod period;
pub mod placeholder;
pub mod position;
pub mod session;
pub mod verify;

pub use stopped::{Code, Refusal, Stopped};
