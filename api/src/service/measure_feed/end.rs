use chrono::NaiveDate;
use domain::{policy::matrix::FieldGroup, rules::supply_chain::is_endable};
use entities::measure_feed_end as end;
use uuid::Uuid;

use super::recording;
use crate::{
    auth::Viewer,
    database::{Database, Writing},
    service::{
        Code, Refusal, Stopped,
        audit::{self, Act, said},
        subcontract::{self, ChainLink},
        text,
    },
};

/// That a link feeds a measure until a day and no longer.
#[derive(Clone, Debug)]
pub struct NewEnd {
    /// The link.
    pub link: Uuid,
    /// Which of what it was said to feed.
    pub number: i32,
    /// The last day on which it feeds it.
    pub ends_on: NaiveDate,
    /// Why.
    pub reason: String,
    /// Where it was agreed, if it was.
    pub document_reference: Option<String>,
}

/// Records that a link feeds a measure no longer, for the co-ordinating commissioner. What its parties
/// read of it until then they go on to read.
///
/// # Errors
/// `NOT_FOUND`, `NOT_ALLOWED`, `INVALID_DATE`, `ALREADY_DONE` or `INVALID_VALUE`.
pub async fn end(
    database: &Database,
    viewer: &Viewer,
    dry_run: bool,
    new: NewEnd,
) -> Result<ChainLink, Stopped> {
    let new = &new;
    database.write(dry_run, |tx| async move { Box::pin(end_in(&tx, viewer, new)).await }).await
}

async fn end_in(tx: &Writing, viewer: &Viewer, new: &NewEnd) -> Result<ChainLink, Stopped> {
    let (found, known) = recording(tx, viewer, new.link).await?;
    let link = &found.seen.row;
    let fed = known.into_iter().find(|it| it.row.number == new.number);
    let fed = fed.ok_or_else(|| Refusal::not_found("feed", "number"))?;
    if fed.end.is_some() {
        let sentence = "it was ended already: what was recorded of that stays";
        return Err(Refusal::new(Code::AlreadyDone, sentence).at("number").into());
    }
    let refused = |why| Refusal::new(Code::InvalidDate, why).at("endsOn");
    is_endable(fed.days(), new.ends_on, tx.today()).map_err(refused)?;
    let document = new.document_reference.as_deref();
    let row = end::Model {
        subcontract_id: link.id,
        number: new.number,
        ends_on: new.ends_on,
        reason: text::required(&new.reason, 1_000, "reason")?,
        document_reference: text::optional(document, 200, "documentReference")?,
        recorded_as_id: viewer.organisation,
        recorded_on: tx.today(),
        recorded_at: tx.now(),
    };
    let row = tx.insert(row).await?;
    let act = Act::new("endMeasureFeed", "Subcontract", link.id)
        .under(link.contract_id, FieldGroup::OutcomeMeasures)
        .from_day(row.recorded_on)
        .after(said(&row));
    audit::record(tx, viewer, act).await?;
    subcontract::find(&**tx, viewer, new.link, "subcontract").await
}
