//! Which measures of outcomes links feed: recorded, and ended.

use async_graphql::{Context, ID, InputObject, Object, Result as Answered};

use super::{node::Kind, request::Asked, scalars::Date, subcontract::Subcontract};
use crate::{
    payload,
    service::{
        Refusal,
        measure_feed::{self as service, NewEnd, NewFeed},
    },
};

/// Which measures of outcomes links feed.
#[derive(Default)]
pub struct MeasureFeedMutation;

/// That what is done under a subcontract feeds a measure.
#[derive(Clone, Debug, InputObject)]
pub struct RecordMeasureFeedInput {
    /// The subcontract.
    pub subcontract: ID,
    /// The reference of the measure, of what the head contract is to achieve.
    pub measure: String,
    /// The first day on which it feeds it: one on which the subcontract is in force.
    pub starts_on: Date,
    /// The last day on which it feeds it; left out while none is known.
    pub ends_on: Option<Date>,
    /// Where it was agreed, at most 200 characters.
    pub document_reference: Option<String>,
    /// True to check everything and write nothing.
    #[graphql(default)]
    pub dry_run: bool,
}

/// That what is done under a subcontract feeds a measure no longer.
#[derive(Clone, Debug, InputObject)]
pub struct EndMeasureFeedInput {
    /// The subcontract.
    pub subcontract: ID,
    /// The `number` of the feed that ends.
    pub number: i32,
    /// The last day on which it feeds the measure: today or later.
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
    /// What came of recording which measure a subcontract feeds.
    RecordMeasureFeedPayload {
        /// The subcontract; null when it was refused.
        subcontract: Subcontract
    }
);
payload!(
    /// What came of recording that a subcontract feeds a measure no longer.
    EndMeasureFeedPayload {
        /// The subcontract; null when it was refused.
        subcontract: Subcontract
    }
);

#[Object]
impl MeasureFeedMutation {
    /// Records that what is done under a subcontract feeds a measure of the head contract, from a day on:
    /// its buyer and its seller read the measure on those days, and submit what was measured. Needs the
    /// role COMMISSIONER of the co-ordinating commissioner.
    async fn record_measure_feed(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Which, and on which days.")] input: RecordMeasureFeedInput,
    ) -> Answered<RecordMeasureFeedPayload> {
        let (viewer, dry_run) = (ctx.viewer()?, input.dry_run);
        let done = match input.read() {
            Ok(new) => service::record(ctx.database()?, viewer, dry_run, new).await,
            Err(refusal) => Err(refusal.into()),
        };
        ctx.request()?.after_write().await;
        RecordMeasureFeedPayload::answer(done, Subcontract)
    }

    /// Records that a subcontract feeds a measure until a day and no longer: what its buyer and its seller
    /// read of it until then they go on to read. Needs the role COMMISSIONER of the co-ordinating
    /// commissioner.
    async fn end_measure_feed(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Which, and from when.")] input: EndMeasureFeedInput,
    ) -> Answered<EndMeasureFeedPayload> {
        let (viewer, dry_run) = (ctx.viewer()?, input.dry_run);
        let done = match input.read() {
            Ok(new) => service::end(ctx.database()?, viewer, dry_run, new).await,
            Err(refusal) => Err(refusal.into()),
        };
        ctx.request()?.after_write().await;
        EndMeasureFeedPayload::answer(done, Subcontract)
    }
}

impl RecordMeasureFeedInput {
    fn read(self) -> Result<NewFeed, Refusal> {
        Ok(NewFeed {
            link: Kind::Subcontract.read(&self.subcontract, "subcontract")?,
            measure: self.measure,
            starts_on: self.starts_on.day("startsOn")?,
            ends_on: self.ends_on.map(|day| day.day("endsOn")).transpose()?,
            document_reference: self.document_reference,
        })
    }
}

impl EndMeasureFeedInput {
    fn read(self) -> Result<NewEnd, Refusal> {
        Ok(NewEnd {
            link: Kind::Subcontract.read(&self.subcontract, "subcontract")?,
            number: self.number,
            ends_on: self.ends_on.day("endsOn")?,
            reason: self.reason,
            document_reference: self.document_reference,
        })
    }
}
