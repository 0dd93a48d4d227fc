//! x
pub mod access;
pub mod auth;
pub mod clock;
pub mod database;
pub mod graphql;
pub mod import;
pub mod service;
