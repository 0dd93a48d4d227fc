//! The requirements, one file a noun, in one program.

mod command_line;
mod docs;
mod engine;
mod explorer;
mod house;
mod http;
mod ledger_guard;
mod organisation;
mod organisation_import;
mod scale;
mod schema;
mod session;
