//! Arithmetic of pooled money. Amounts are whole pence; products are computed in 128 bits, so that
//! nothing is rounded before the end (rule M1).

pub mod accrual;
pub mod band;
pub mod calendar;
pub mod carry_forward;
pub mod closing;
pub mod contract;
pub mod contribution;
pub mod correction;
pub mod delegated_budget;
pub mod dispute;
pub mod entries;
pub mod explanation;
pub mod forecast;
pub mod fund_return;
pub mod funding;
pub mod instalments;
pub mod ledger_posting;
pub mod memorandum;
pub mod movement;
pub mod notice;
pub mod pay;
pub mod position;
pub mod profile;
pub mod programme;
pub mod projection;
pub mod reconciliation;
pub mod release;
pub mod ring_fence;
pub mod risk_share;
pub mod roll_forward;
pub mod split;
pub mod supply_chain;
pub mod team_cost;
mod total;
