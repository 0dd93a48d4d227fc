//! What a request would cost, from its document and its variables, before anything is fetched.
//!
//! A field costs its weight each time it may be answered; `__typename` is a field like any other.
//! What stands within a list costs as often as the list may be long. Fields of different types
//! under one interface are added up, though an object is of one type only: the price is the most
//! that the request can come to, never less.

mod price;
mod table;
mod weighed;

pub use price::Price;
pub(crate) use price::price;
pub use table::{CostTable, FieldCost, ListSize};
pub use weighed::Weighed;
pub(crate) use weighed::weighed;
