use chrono::NaiveDate;
use domain::{
    policy::matrix::FieldGroup,
    rules::supply_chain::{NotShared, SharedDays, is_shareable},
};
use entities::consortium_share as share;
use uuid::Uuid;

use super::{Shared, shareable};
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

/// That what a link is worth is shared with the members of the consortium.
#[derive(Clone, Debug)]
pub struct NewShare {
    /// The link.
    pub link: Uuid,
    /// The first day on which it is shared.
    pub starts_on: NaiveDate,
    /// The last; none while none is known.
    pub ends_on: Option<NaiveDate>,
    /// Why.
    pub reason: String,
    /// Where it was agreed, if it was.
    pub document_reference: Option<String>,
}

/// Shares what a link is worth with the members of the consortium, for their lead.
///
/// # Errors
/// `NOT_FOUND`, `NOT_ALLOWED`, `INVALID_DATE`, `ALREADY_DONE` or `INVALID_VALUE`.
pub async fn share(
    database: &Database,
    viewer: &Viewer,
    dry_run: bool,
    new: NewShare,
) -> Result<ChainLink, Stopped> {
    let new = &new;
    database.write(dry_run, |tx| async move { Box::pin(share_in(&tx, viewer, new)).await }).await
}

async fn share_in(tx: &Writing, viewer: &Viewer, new: &NewShare) -> Result<ChainLink, Stopped> {
    let (found, known) = shareable(tx, viewer, new.link).await?;
    let link = &found.seen.row;
    let shared: Vec<SharedDays> = known.iter().map(Shared::days).collect();
    let days = SharedDays { first: new.starts_on, last: new.ends_on };
    is_shareable(&shared, days, tx.today()).map_err(refused)?;
    let row = share::Model {
        subcontract_id: link.id,
        number: known.last().map_or(0, |it| it.row.number) + 1,
        starts_on: new.starts_on,
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
    let act = Act::new("shareWithConsortium", "Subcontract", link.id)
        .under(link.id, FieldGroup::LinkTerms)
        .from_day(row.recorded_on)
        .after(said(&row));
    audit::record(tx, viewer, act).await?;
    subcontract::find(&**tx, viewer, new.link, "subcontract").await
}

fn refused(why: NotShared) -> Refusal {
    match why {
        NotShared::SharedAlready => Refusal::new(Code::AlreadyDone, why).at("startsOn"),
        NotShared::InThePast => Refusal::new(Code::InvalidDate, why).at("startsOn"),
        NotShared::EndsBeforeItBegins | NotShared::EndsByThen => {
            Refusal::new(Code::InvalidDate, why).at("endsOn")
        }
    }
}
