//! The requirements, one file a noun, in one program.

mod adult_social_care;
mod bad_input;
mod command_line;
mod contribution_paid;
mod docs;
mod engine;
mod explorer;
mod fund_import;
mod funded_provider;
mod house;
mod http;
mod ledger_guard;
mod lists;
mod organisation;
mod organisation_import;
mod posting;
mod roundtrip;
mod scale;
mod schema;
mod session;
mod soft_closing;
mod views;
mod worked_examples;
