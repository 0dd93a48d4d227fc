//! Registering parties without a code, and saying which bodies they are.

use async_graphql::{Context, ID, InputObject, Object, Result};

use super::{
    node::Kind, organisation::Organisation, organisation_kind::OrganisationKind, request::Asked,
};
use crate::{
    payload,
    service::{
        Refusal,
        placeholder::{self, Merger, NewPlaceholder},
    },
};

/// Parties without a code.
#[derive(Default)]
pub struct PlaceholderMutation;

/// A party known by its name alone.
#[derive(Clone, Debug, InputObject)]
pub struct RegisterPlaceholderInput {
    /// Its name, 1 to 300 characters. Every signed-in organisation sees it; never the name of a
    /// person who receives care.
    pub name: String,
    /// What sort of body it is.
    pub kind: OrganisationKind,
    /// Whether to check only, and write nothing.
    #[graphql(default)]
    pub dry_run: bool,
}

/// A placeholder, and the body that it turned out to be.
#[derive(Clone, Debug, InputObject)]
pub struct MergePlaceholderInput {
    /// The placeholder.
    pub placeholder: ID,
    /// The body that it is, which is no placeholder.
    pub into: ID,
    /// The placeholder's version as you read it.
    pub expected_version: i32,
    /// Whether to check only, and write nothing.
    #[graphql(default)]
    pub dry_run: bool,
}

payload! {
    /// What came of registering a party.
    RegisterPlaceholderPayload {
        /// The party; null when it was refused.
        organisation: Organisation
    }
}

payload! {
    /// What came of merging a placeholder.
    MergePlaceholderPayload {
        /// The body that the placeholder is; null when it was refused.
        organisation: Organisation
    }
}

#[Object]
impl PlaceholderMutation {
    /// Registers a party that has no published code. Needs the role ADMIN, FINANCE or
    /// COMMISSIONER.
    async fn register_placeholder(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The party.")] input: RegisterPlaceholderInput,
    ) -> Result<RegisterPlaceholderPayload> {
        let RegisterPlaceholderInput { name, kind, dry_run } = input;
        let new = NewPlaceholder { name, kind: kind.into(), dry_run };
        let done = placeholder::register(ctx.database()?, ctx.viewer()?, new).await;
        ctx.request()?.after_write().await;
        RegisterPlaceholderPayload::answer(done, Organisation)
    }

    /// Says which body a placeholder is: whatever names the placeholder is then read as naming
    /// that body. Nobody's view widens by it. Needs the role COMMISSIONER.
    async fn merge_placeholder(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The two.")] input: MergePlaceholderInput,
    ) -> Result<MergePlaceholderPayload> {
        let done = match merger(&input) {
            Ok(merger) => placeholder::merge(ctx.database()?, ctx.viewer()?, merger).await,
            Err(refusal) => Err(refusal.into()),
        };
        ctx.request()?.after_write().await;
        MergePlaceholderPayload::answer(done, Organisation)
    }
}

fn merger(input: &MergePlaceholderInput) -> Result<Merger, Refusal> {
    Ok(Merger {
        placeholder: Kind::Organisation.read(&input.placeholder, "placeholder")?,
        into: Kind::Organisation.read(&input.into, "into")?,
        expected_version: input.expected_version,
        dry_run: input.dry_run,
    })
}
