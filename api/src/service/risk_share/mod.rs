//! How partners share what is over- or underspent: the rules, what they come to, and what of that
//! is settled (rules R1 to R7).

mod answer;
mod books;
pub mod borne;
mod compute;
mod load;
mod read;
mod record;
mod settle;

pub use answer::{Acceptance, Dispute, accept, dispute, permissions};
pub use borne::BorneFund;
pub use compute::{Asked, BorneLine, OtherLine, Replayed, Shared, position, replayed};
pub use domain::rules::risk_share::OtherPart;
pub use read::{
    Line, Settled, Version, by_ids, funds_of, of_agreements, rule, settled, settlements_by_ids,
    settlements_of, versions_of,
};
pub use record::{NewRiskShare, record, record_in};
pub use settle::{NewSettlement, StatedCause, claim};
