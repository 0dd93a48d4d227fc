use chrono::NaiveDate;
use domain::{policy::matrix::FieldGroup, rules::supply_chain::is_stoppable};
use entities::consortium_share_end as end;
use uuid::Uuid;

use super::shareable;
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

/// That what a link is worth is shared with the members of the consortium until a day and no longer.
#[derive(Clone, Debug)]
pub struct NewStop {
    /// The link.
    pub link: Uuid,
    /// Which of its shares.
    pub number: i32,
    /// The last day on which it is shared.
    pub ends_on: NaiveDate,
    /// Why.
    pub reason: String,
    /// Where it was agreed, if it was.
    pub document_reference: Option<String>,
}

/// Stops sharing what a link is worth with the members of the consortium, for their lead. What they
/// read until then they go on to read.
///
/// # Errors
/// `NOT_FOUND`, `NOT_ALLOWED`, `INVALID_DATE`, `ALREADY_DONE` or `INVALID_VALUE`.
pub async fn stop(
    database: &Database,
    viewer: &Viewer,
    dry_run: bool,
    new: NewStop,
) -> Result<ChainLink, Stopped> {
    let new = &new;
    database.write(dry_run, |tx| async move { Box::pin(stop_in(&tx, viewer, new)).await }).await
}

async fn stop_in(tx: &Writing, viewer: &Viewer, new: &NewStop) -> Result<ChainLink, Stopped> {
    let (found, known) = shareable(tx, viewer, new.link).await?;
    let link = &found.seen.row;
    let shared = known.into_iter().find(|it| it.row.number == new.number);
    let shared = shared.ok_or_else(|| Refusal::not_found("share", "number"))?;
    if shared.end.is_some() {
        let sentence = "it was stopped already: what was recorded of that stays";
        return Err(Refusal::new(Code::AlreadyDone, sentence).at("number").into());
    }
    let refused = |why| Refusal::new(Code::InvalidDate, why).at("endsOn");
    is_stoppable(shared.days(), new.ends_on, tx.today()).map_err(refused)?;
    let row = end::Model {
        subcontract_id: link.id,
        number: new.number,
        ends_on: new.ends_on,
        reason: text::required(&new.reason, 1_000, "reason")?,
        document_reference: text::optional(
            new.document_reference.as_deref(),
            200,
            "documentReference",
        )?,
        recorded_as_id: viewer.organisation,
        recorded_on: tx.today(),
        recorded_at: tx.now(),
    };
    let row = tx.insert(row).await?;
    let act = Act::new("stopSharingWithConsortium", "Subcontract", link.id)
        .under(link.id, FieldGroup::LinkTerms)
        .from_day(row.recorded_on)
        .after(said(&row));
    audit::record(tx, viewer, act).await?;
    subcontract::find(&**tx, viewer, new.link, "subcontract").await
}
