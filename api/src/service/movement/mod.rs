//! Movements of budget between schemes, and in and out of the pool with the contribution that
//! carries them (rule M5).

mod read;
mod record;
mod ring_fence;

pub use read::{
    MovedContribution, MovedScheme, by_ids, contributions_of, count_by_fund, list_by_fund, place,
    schemes_of,
};
pub use record::{ContributionLine, NewMovement, SchemeLine, record, record_in};
