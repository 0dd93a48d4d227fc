//! The requirements, one file a noun, in one program.

mod concurrency;
mod engine;
mod house;
mod killed;
mod ledger_guard;
mod organisation;
mod organisation_import;
mod properties;
mod scale;
mod snapshot;
mod statements;
