//! Tributary: who put what into a pooled fund, what was spent, and where every partner stands.
//!
//! # The map
//!
//! | module | what lives there |
//! |---|---|
//! | [`http`] | routes: GraphQL over HTTP, sockets and event streams, uploads, the explorer page, probes, published keys |
//! | [`auth`] | who is asking: passwords, tokens and their keys, and the [`auth::Viewer`] they make |
//! | [`graphql`] | the schema, one file a noun: translation only |
//! | [`service`] | what can be done, one file a noun, one function a verb |
//! | [`access`] | who sees what, as conditions of queries; and the reviewed readers of facts |
//! | [`database`] | two engines behind one door: a snapshot to read, a transaction to write, pages |
//! | [`import`] | readers of other people's files |
//! | [`export`] | writers of spreadsheets and of whole lists ([`export::bulk`]), in the viewer's own view |
//! | [`cli`] | the program's commands |
//! | [`demo`] | the demonstration set |
//! | [`clock`] | instants and identities, so that tests can choose them |
//!
//! Beside this package: `gate` is what every document passes before the engine (pure, with a
//! README of its own), `entities` is what is stored, `domain` are the rules (pure, readable by a
//! finance director) and the policy (readable by an information-governance lead), `migration` is
//! the stored shape. Who may call whom is guarded by a test, `tests/it/house.rs`.
//!
//! # The walk of one request
//!
//! `http` takes the text. The `gate` looks the document up or reads it, holds it against its limits
//! and the schema, prices it, and writes the normal form that is executed; then `auth` turns the token
//! into a viewer, whose budget is charged. A resolver in `graphql` unwraps its input and calls one function of `service`. That
//! function finds its root through `access`, which adds the viewer's scope to the query; loads facts; asks `domain::policy` whether the actor
//! may; computes with `domain::rules` over all rows; and writes in the one transaction that
//! `database::write` gives it. A refusal becomes a `UserError` of the payload, a surprise an opaque
//! error that the log explains. Whatever the request reads, it reads from one snapshot
//! ([`graphql::request::Request::snapshot`]), and each level of objects is loaded in one statement
//! ([`graphql::loaders`]).
//!
//! # The walk of one event
//!
//! A subscription holds the place of the last change that it has looked at ([`service::change::Tail`]
//! reads the changes once for all who follow). Where a later one concerns it, its operation is executed
//! afresh from the gate on, as whoever asks is then ([`service::subscription`]); what changed of what is
//! not seen is neither told nor charged.
//!
//! # The walk of one posting
//!
//! [`service::ledger::post`] runs while the fund is held ([`service::fund_lock`]): the recording
//! instant is taken then, and is later than every earlier one of the fund. Entries go in first; the
//! row of the transaction seals them, and the database itself checks the sum, keeps the balances
//! and refuses every later change. The row's hash covers the hash before it.
//!
//! # The walk of one act of audit
//!
//! [`service::audit::record`] writes an act into the transaction that it is about, and
//! [`database::Database::write`] commits no transaction without one. A task beside the server
//! ([`service::audit::seal`]) then gives each act its place in its organisation's chain of hashes.
//!
//! # The second line
//!
//! On PostgreSQL every transaction is told who acts ([`database::Database::acting_for`]), and
//! row-level security ([`migration::rls`]) cuts the rows of every table a second time, by the same
//! matrix. A reader that rules need over all rows says so ([`access::facts::whole`]); a new table
//! needs its line in the list of rules, without which the server cannot read it.
//!
//! # Where a new thing goes
//!
//! A noun: its file in each layer and its row in the policy's matrix. A verb: a function in
//! `service` with its refusals, a `may_…` in `domain::policy`, a field in `graphql`, and a test
//! whose name is the requirement. Arithmetic: `domain::rules`. Somebody else's format: `import`.

pub mod access;
pub mod auth;
pub mod cli;
pub mod clock;
pub mod database;
pub mod demo;
pub mod export;
pub mod graphql;
pub mod http;
pub mod import;
pub mod service;
