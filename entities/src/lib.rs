//! What is stored: one file a table, and the values that every layer shares.
//!
//! Knows the mapper and nothing else of this program. Amounts are [`value::Pence`]; instants are
//! [`value::Instant`], microseconds UTC; a `version` counts the changes of a row that may change.

#![expect(
    clippy::disallowed_methods,
    reason = "the mapper's macros write unscoped finders; nothing here calls one"
)]

pub mod access;
pub mod access_grant;
pub mod access_window;
pub mod account;
pub mod accounting_treatment;
pub mod audit_act;
pub mod audit_seal;
pub mod audit_unsealed;
pub mod budget_change;
pub mod budget_movement;
pub mod budget_period;
pub mod code_list_entry;
pub mod commitment;
pub mod contribution;
pub mod contribution_change;
pub mod contribution_instalment;
pub mod contribution_withholding;
pub mod dispute;
pub mod dispute_end;
pub mod dispute_party;
pub mod dispute_rung;
pub mod dispute_step;
pub mod due_date;
pub mod due_date_outcome;
pub mod external_reference;
pub mod forecast;
pub mod forecast_line;
pub mod forecast_submission;
pub mod fund_return;
pub mod fund_return_narrative;
pub mod funding_split;
pub mod funding_split_share;
pub mod idempotency_key;
pub mod import_job;
pub mod installation;
pub mod interest;
pub mod ledger_account;
pub mod ledger_balance;
pub mod ledger_entry;
pub mod ledger_head;
pub mod ledger_transaction;
pub mod membership;
pub mod narrative_threshold;
pub mod notice;
pub mod notice_withdrawal;
pub mod organisation;
pub mod organisation_identifier;
pub mod organisation_relationship;
pub mod organisation_role;
pub mod organisation_succession;
pub mod partnership_agreement;
pub mod payment_line;
pub mod period_closing;
pub mod period_release;
pub mod pooled_fund;
pub mod posting_limit;
pub mod proposal;
pub mod proposal_application;
pub mod proposal_decision;
pub mod proposal_need;
pub mod publication;
pub mod publication_withdrawal;
pub mod published_statement;
pub mod refresh_token;
pub mod relation;
pub mod return_answer;
pub mod return_approval;
pub mod return_submission;
pub mod revoked_token;
pub mod ring_fence;
pub mod risk_share;
pub mod risk_share_fund;
pub mod risk_share_version;
pub mod scheme;
pub mod service_account;
pub mod service_account_key;
pub mod session;
pub mod settlement;
pub mod settlement_answer;
pub mod settlement_line;
pub mod signing_key;
pub mod succession_takeover;
pub mod team;
pub mod team_function;
pub mod team_limit;
pub mod team_member;
pub mod team_post;
pub mod team_post_share;
pub mod upload;
pub mod value;
