//! What the lead provider shares with the members of its consortium: shared, and stopped.

use async_graphql::{Context, ID, InputObject, Object, Result as Answered};

use super::{node::Kind, request::Asked, scalars::Date, subcontract::Subcontract};
use crate::{
    payload,
    service::{
        Refusal,
        consortium_share::{self as service, NewShare, NewStop},
    },
};

/// What is shared with consortia.
#[derive(Default)]
pub struct ConsortiumShareMutation;

/// That what a subcontract is worth is shared with the members of your consortium.
#[derive(Clone, Debug, InputObject)]
pub struct ShareWithConsortiumInput {
    /// The subcontract, under which you buy or sell.
    pub subcontract: ID,
    /// The first day on which it is shared: today or later.
    pub starts_on: Date,
    /// The last day on which it is shared; left out while none is known.
    pub ends_on: Option<Date>,
    /// Why, 1 to 1,000 characters.
    pub reason: String,
    /// Where it was agreed, at most 200 characters.
    pub document_reference: Option<String>,
    /// True to check everything and write nothing.
    #[graphql(default)]
    pub dry_run: bool,
}

/// That what a subcontract is worth is shared with the members of your consortium no longer.
#[derive(Clone, Debug, InputObject)]
pub struct StopSharingWithConsortiumInput {
    /// The subcontract, under which you buy or sell.
    pub subcontract: ID,
    /// The `number` of the share that ends.
    pub number: i32,
    /// The last day on which it is shared: today or later.
    pub ends_on: Date,
    /// Why, 1 to 1,000 characters.
    pub reason: String,
    /// Where it was agreed, at most 200 characters.
    pub document_reference: Option<String>,
    /// True to check everything and write nothing.
    #[graphql(default)]
    pub dry_run: bool,
}

payload!(
    /// What came of sharing what a subcontract is worth.
    ShareWithConsortiumPayload {
        /// The subcontract; null when it was refused.
        subcontract: Subcontract
    }
);
payload!(
    /// What came of sharing what a subcontract is worth no longer.
    StopSharingWithConsortiumPayload {
        /// The subcontract; null when it was refused.
        subcontract: Subcontract
    }
);

#[Object]
impl ConsortiumShareMutation {
    /// Shares what a subcontract is worth with the members of your consortium, from a day on: whoever is
    /// a member on those days reads it, and nobody else reads more. Needs the role CONTRACT_MANAGER of the
    /// lead provider, which buys or sells under the subcontract itself.
    async fn share_with_consortium(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Which, and on which days.")] input: ShareWithConsortiumInput,
    ) -> Answered<ShareWithConsortiumPayload> {
        let (viewer, dry_run) = (ctx.viewer()?, input.dry_run);
        let done = match input.read() {
            Ok(new) => service::share(ctx.database()?, viewer, dry_run, new).await,
            Err(refusal) => Err(refusal.into()),
        };
        ctx.request()?.after_write().await;
        ShareWithConsortiumPayload::answer(done, Subcontract)
    }

    /// Stops sharing what a subcontract is worth with the members of your consortium: what they read until
    /// then they go on to read. Needs the role CONTRACT_MANAGER of the lead provider, which buys or sells
    /// under the subcontract itself.
    async fn stop_sharing_with_consortium(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Which, and from when.")] input: StopSharingWithConsortiumInput,
    ) -> Answered<StopSharingWithConsortiumPayload> {
        let (viewer, dry_run) = (ctx.viewer()?, input.dry_run);
        let done = match input.read() {
            Ok(new) => service::stop(ctx.database()?, viewer, dry_run, new).await,
            Err(refusal) => Err(refusal.into()),
        };
        ctx.request()?.after_write().await;
        StopSharingWithConsortiumPayload::answer(done, Subcontract)
    }
}

impl ShareWithConsortiumInput {
    fn read(self) -> Result<NewShare, Refusal> {
        Ok(NewShare {
            link: Kind::Subcontract.read(&self.subcontract, "subcontract")?,
            starts_on: self.starts_on.day("startsOn")?,
            ends_on: self.ends_on.map(|it| it.day("endsOn")).transpose()?,
            reason: self.reason,
            document_reference: self.document_reference,
        })
    }
}

impl StopSharingWithConsortiumInput {
    fn read(self) -> Result<NewStop, Refusal> {
        Ok(NewStop {
            link: Kind::Subcontract.read(&self.subcontract, "subcontract")?,
            number: self.number,
            ends_on: self.ends_on.day("endsOn")?,
            reason: self.reason,
            document_reference: self.document_reference,
        })
    }
}
