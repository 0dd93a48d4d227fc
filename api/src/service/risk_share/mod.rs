//! How partners share what is over- or underspent: the rules, what they come to, and what of that
//! is settled (rules R1 to R7).

mod answer;
mod compute;
mod read;
mod record;
mod settle;

pub use answer::{Acceptance, Dispute, accept, dispute, permissions};
pub use compute::{Asked, BorneLine, OtherLine, OtherPart, Replayed, Shared, position, replayed};
pub use read::{
    Line, Settled, Version, by_ids, funds_of, of_agreements, rule, settled, settlements_by_ids,
    settlements_of, versions_of,
};
pub use record::{NewRiskShare, record, record_in};
pub use settle::{NewSettlement, StatedCause, claim};
