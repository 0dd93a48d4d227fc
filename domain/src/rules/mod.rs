//! Arithmetic of pooled money. Amounts are whole pence; products are computed in 128 bits, so that
//! nothing is rounded before the end (rule M1).

pub mod calendar;
pub mod closing;
pub mod contribution;
pub mod dispute;
pub mod entries;
pub mod explanation;
pub mod forecast;
pub mod funding;
pub mod instalments;
pub mod ledger_posting;
pub mod movement;
pub mod notice;
pub mod position;
pub mod profile;
pub mod programme;
pub mod reconciliation;
pub mod release;
pub mod ring_fence;
pub mod split;
pub mod team_cost;
mod total;
