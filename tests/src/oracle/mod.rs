//! The oracle: what a viewer may see, computed from the relations alone and in the plainest code,
//! and everything the server answers held against it.
//!
//! Nothing here knows `domain::policy` or `api::access`. [`masks`] is the one place that has to
//! change when a field, or the tier in which it is read, changes.

pub mod asked;
mod chain;
mod chain_breach;
pub mod chain_payment;
mod circle;
mod consortium_share;
mod contract;
mod contract_deed;
mod contract_list;
mod contract_supplier;
pub mod deeds;
pub mod delegated_budget;
pub mod depth;
pub mod expected;
mod feed;
mod interest;
mod link;
pub mod lists;
pub mod masks;
pub mod measure_feed;
mod novation;
pub mod outcome;
pub mod pay_withholding;
pub mod payment_run;
mod position;
mod publication;
mod published_statement;
mod returns;
mod risk_share;
pub mod standings;
pub mod worlds;

pub use asked::{ROLES, Report, ask};
pub use expected::View;
pub use standings::Holder;
pub use worlds::{Exhibited, Generated};
