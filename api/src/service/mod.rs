//! What can be done: one file a noun, one function a verb. A function finds its root through
//! `access`, asks `domain::policy`, computes with `domain::rules`, and writes in one transaction.

mod stopped;

pub mod account;
pub mod acting_as;
pub mod adult_social_care;
pub mod agreement;
pub mod audit;
pub mod budget;
pub mod code_list;
pub mod commitment;
pub mod contribution;
pub mod council;
pub mod criteria;
pub mod decision;
pub mod demonstration;
pub mod dispute;
pub mod due_date;
pub mod external_reference;
pub mod forecast;
pub mod fund;
pub mod fund_import;
pub mod fund_lock;
pub mod funding_split;
pub mod ground;
pub mod idempotency;
pub mod import_job;
pub mod installation;
pub mod ledger;
pub mod membership;
pub mod movement;
pub mod notice;
pub mod organisation;
pub mod organisation_import;
pub mod period;
pub mod placeholder;
pub mod position;
pub mod posting_limit;
pub mod preview;
pub mod proposal;
pub mod publication;
pub mod published_statement;
pub mod relation;
pub mod release;
pub mod ring_fence;
pub mod scheme;
pub mod server_role;
pub mod service_account;
pub mod session;
pub mod team;
pub mod text;
pub mod verify;

pub use stopped::{Code, Refusal, Stopped};
