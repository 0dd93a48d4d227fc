//! Organisations.

use async_graphql::{ID, Object};

use super::node::Kind;

/// A body that takes part in joint commissioning, or once did.
pub struct Organisation(pub entities::organisation::Model);

#[Object]
impl Organisation {
    /// Its global identity.
    async fn id(&self) -> ID {
        Kind::Organisation.id(self.0.id)
    }

    /// The name as its publisher writes it.
    async fn name(&self) -> &str {
        &self.0.name
    }
}
