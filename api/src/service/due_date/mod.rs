//! What has to be done under an agreement and by when: set, met with evidence, and overdue when the
//! day has passed.

mod permission;
mod read;
mod record;

pub use permission::{Permissions, permissions};
pub use read::{Due, of_agreements};
pub use record::{NewDueDates, NewOutcome, set, settle};
