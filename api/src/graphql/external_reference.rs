//! What your organisation calls things in systems of its own.

use async_graphql::{Context, ID, InputObject, Object, Result, SimpleObject};

use super::{
    errors::{UserError, outcome},
    nodes::{self, Node},
    request::Asked,
};
use crate::service::external_reference::{self, NewReference};

/// What your organisation calls something in a system of its own. Nobody else sees it.
#[derive(Clone, Debug, SimpleObject)]
pub struct ExternalReference {
    /// The system, as your organisation names it.
    pub system: String,
    /// The reference, unique within the system.
    pub value: String,
}

impl From<entities::external_reference::Model> for ExternalReference {
    fn from(row: entities::external_reference::Model) -> Self {
        Self { system: row.system, value: row.value }
    }
}

/// References of one's own.
#[derive(Default)]
pub struct ExternalReferenceMutation;

/// A reference of your organisation's for something that it sees.
#[derive(Clone, Debug, InputObject)]
pub struct SetExternalReferenceInput {
    /// What it is for.
    pub object: ID,
    /// The system, as your organisation names it: 1 to 60 characters.
    pub system: String,
    /// The reference, 1 to 200 characters, instead of the one that the object had in the system;
    /// null takes that one away.
    pub value: Option<String>,
    /// Whether to check only, and write nothing.
    #[graphql(default)]
    pub dry_run: bool,
}

/// What came of setting a reference.
#[derive(SimpleObject)]
pub struct SetExternalReferencePayload {
    /// What the reference is for; null when it was refused.
    pub object: Option<Node>,
    /// What the caller has to put right; empty when it was done.
    pub errors: Vec<UserError>,
}

#[Object]
impl ExternalReferenceMutation {
    /// Sets what your organisation calls something in a system of its own, or takes it away. Needs
    /// the role ADMIN, FINANCE, COMMISSIONER or CONTRACT_MANAGER.
    async fn set_external_reference(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The reference.")] input: SetExternalReferenceInput,
    ) -> Result<SetExternalReferencePayload> {
        let SetExternalReferenceInput { object: id, system, value, dry_run } = input;
        let done = match nodes::visible(ctx, &id, "object").await? {
            Ok(object) => {
                let new = NewReference { object, system, value, dry_run };
                external_reference::set(ctx.database()?, ctx.viewer()?, new).await
            }
            Err(refusal) => Err(refusal.into()),
        };
        ctx.request()?.after_write().await;
        let (done, errors) = outcome(done)?;
        let object = match done {
            Some(()) => nodes::find(ctx, &id).await?,
            None => None,
        };
        Ok(SetExternalReferencePayload { object, errors })
    }
}
