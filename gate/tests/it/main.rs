//! The gate, held to the reference implementation and to its own promises.

mod answers;
mod budgets;
mod corpus;
mod costs;
mod documented;
mod documents;
mod draw;
mod dry_run;
mod gates;
mod generator;
mod hostile;
mod limits;
mod normal;
mod persisted;
mod promises;
mod properties;
mod shape;
mod variables;
