//! Who may see and do what: one table, and decisions over facts.
//!
//! [`matrix`] says what a relation to a resource lets an organisation read and write; [`decisions`]
//! narrow that by the roles of the person who asks, and say why not. How to add one: a row of the
//! matrix for what can be seen, a `may_…` here for what can be done, and a line in the test that
//! holds the two together.

pub mod approval;
mod chain_payment;
pub mod dated;
pub mod decisions;
mod delegated_budget;
mod denied;
pub mod derive;
pub mod heirs;
pub mod interest;
mod link_value;
pub mod matrix;
mod measure_feed;
#[cfg(feature = "proofs")]
pub mod proofs;
pub mod register;
mod relation;
mod rights;
mod standing;
pub mod summary;

pub use denied::Denied;
pub use link_value::LinkOpenness;
pub use relation::{Parties, Relation};
pub use rights::Rights;
pub use standing::Standing;
