//! Spreadsheets: returns, positions and memorandum accounts as finance teams keep them, as far as
//! the one who asks reads them. Each sum is a formula that the spreadsheet adds up itself.
//!
//! How to add a column to next year's returns: `layouts.json`. How to add a spreadsheet: its sheets
//! as tables, and its variant of [`What`].

pub mod bulk;
mod csv;
pub mod download;
mod layout;
mod memorandum;
mod report;
mod table;
mod xlsx;

pub use download::{Asked, Cut, File, Form, Refused, What, download};
