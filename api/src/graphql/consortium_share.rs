//! What the lead provider shares with the members of its consortium.

use async_graphql::SimpleObject;

use super::scalars::Date;
use crate::service::{consortium_share::Shared, subcontract::ChainLink};

/// That the lead provider shares what a subcontract is worth with the members of its consortium, for some
/// days: they read it then, and go on to read what they read. Whoever reads the subcontract whole reads
/// that it is so.
#[derive(Clone, Debug, SimpleObject)]
pub struct ConsortiumShare {
    /// Counts how often the value of the subcontract was shared.
    pub number: i32,
    /// The first day on which it is shared.
    pub starts_on: Date,
    /// The last day on which it is shared; null while none is known, and before the first of what was
    /// stopped before it began.
    pub ends_on: Option<Date>,
    /// Why it is shared.
    pub reason: String,
    /// Where that was agreed; null where nothing was named.
    pub document_reference: Option<String>,
    /// The day on which it was recorded that it is shared.
    pub recorded_on: Date,
    /// The day on which it was recorded that it is shared no longer; null where it was not.
    pub stopped_on: Option<Date>,
    /// Why it is shared no longer; null where it was not stopped.
    pub stop_reason: Option<String>,
    /// Where that was agreed; null where nothing was named.
    pub stop_document_reference: Option<String>,
}

impl ConsortiumShare {
    /// What a viewer of a link is told of it: nothing that was recorded after its days.
    pub(super) fn of(link: &ChainLink, mut shared: Shared) -> Option<Self> {
        shared.end = shared.end.filter(|it| link.opens(it.recorded_on));
        let ends_on = shared.days().last;
        let Shared { row, end } = shared;
        link.opens(row.recorded_on).then(|| Self {
            number: row.number,
            starts_on: row.starts_on.into(),
            ends_on: ends_on.map(Date::from),
            reason: row.reason,
            document_reference: row.document_reference,
            recorded_on: row.recorded_on.into(),
            stopped_on: end.as_ref().map(|it| it.recorded_on.into()),
            stop_document_reference: end.as_ref().and_then(|it| it.document_reference.clone()),
            stop_reason: end.map(|it| it.reason),
        })
    }
}
