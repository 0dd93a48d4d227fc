//! The gate in front of the GraphQL engine.
//!
//! A document is read once, whoever sends it: [`Gate::prepare`] caps the text, parses, measures and
//! validates it and keeps the outcome by its hash. A request is then priced: [`Gate::admit`] holds
//! the variables against their types, decides `@skip` and `@include`, and answers what the engine
//! is to execute and what it may cost at most.
//!
//! [`Budgets`] keep what each sender may still ask for: the price is charged before the request is
//! executed, and what was not used is given back.
//!
//! The order is that of what each step can cost. The scan of the text is one pass; parsing is
//! bounded by it; what fragments come to is computed without expanding them; only then is the
//! document validated and written out in its normal form. The engine never sees the client's text.

mod budget;
mod cache;
mod cost;
mod dry_run;
mod gaps;
mod gate;
mod limits;
mod measure;
mod normal;
mod persisted;
mod possible;
mod prepared;
mod reading;
mod refusal;
mod root;
mod scan;
mod schema;
mod toll;
mod variables;

pub use budget::{Budgets, Refused, Standing, Terms};
pub use cache::Kept;
pub use cost::{CostTable, FieldCost, ListSize, Price, Weighed};
pub use dry_run::DryRun;
pub use gate::{Admitted, Gate, Settings};
pub use limits::{Exceeded, Limit, Limits, Mode};
pub use persisted::{Naming, NotAManifest, Persisted};
pub use prepared::{Execution, Prepared};
pub use reading::OperationKind;
pub use refusal::{Code, Location, Problem, Refusal};
pub use schema::{NotASchema, Schema};
