//! The requirements, one file a noun, in one program.

mod bad_input;
mod engine;
mod house;
mod ledger_guard;
mod lists;
mod organisation;
mod organisation_import;
mod posting;
mod roundtrip;
mod scale;
mod views;
mod worked_examples;
