//! The requirements, one file a noun, in one program.

mod engine;
mod house;
mod ledger_guard;
mod organisation;
mod organisation_import;
mod scale;
