//! The requirements, one file a noun, in one program.

mod adult_social_care;
mod contribution_paid;
mod engine;
mod fund_import;
mod funded_provider;
mod house;
mod ledger_guard;
mod organisation;
mod organisation_import;
mod scale;
mod soft_closing;
