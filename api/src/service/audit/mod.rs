//! The trail of audit: who, acting as whom, did what to what, with the thing before and after.
//!
//! Every transaction that is committed leaves an act, in the same transaction; the few that change
//! nothing which the trail is about say so ([`crate::database::Writing::goes_unaudited`]): a replay
//! under a caller's key, the exchange of a session's tokens, how far an import is. An import leaves
//! one act of its beginning and one of its end with its counts; partners' own files are carried out
//! by the same functions as the schema's mutations, so that each of their lines leaves its act too.
//! Lists that everybody shares change thousands of organisations: of those the job is the act.
//!
//! People appear by the id of their account. Passwords, tokens and addresses are never written.

mod act;
mod list;
mod said;
pub mod seal;
pub mod verify;

pub use act::{Act, By, record, record_all};
pub use list::{Criterion, Listing, Read, count, list, may_read};
pub use said::{Said, said};
