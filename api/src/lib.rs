//! The GraphQL server for pooled health and social care budgets.

pub mod access;
pub mod auth;
pub mod cli;
pub mod clock;
pub mod database;
pub mod demo;
pub mod graphql;
pub mod http;
pub mod import;
pub mod service;
