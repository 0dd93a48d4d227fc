use chrono::NaiveDate;
use domain::{
    policy::matrix::FieldGroup,
    rules::supply_chain::{FedDays, NotFed, Term, is_feedable},
};
use entities::measure_feed as feed;
use uuid::Uuid;

use super::{Fed, frameworks_of, recording};
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

/// The most that is said of one link.
const MOST_FEEDS: usize = 200;

/// That what is done under a link feeds a measure.
#[derive(Clone, Debug)]
pub struct NewFeed {
    /// The link.
    pub link: Uuid,
    /// The reference of the measure.
    pub measure: String,
    /// The first day on which it feeds it.
    pub starts_on: NaiveDate,
    /// The last; none while none is known.
    pub ends_on: Option<NaiveDate>,
    /// Where it was agreed, if it was.
    pub document_reference: Option<String>,
}

/// Records that a link feeds a measure, for the co-ordinating commissioner.
///
/// # Errors
/// `NOT_FOUND`, `NOT_ALLOWED`, `INVALID_DATE`, `ALREADY_DONE` or `INVALID_VALUE`.
pub async fn record(
    database: &Database,
    viewer: &Viewer,
    dry_run: bool,
    new: NewFeed,
) -> Result<ChainLink, Stopped> {
    let new = &new;
    database.write(dry_run, |tx| async move { Box::pin(record_in(&tx, viewer, new)).await }).await
}

async fn record_in(tx: &Writing, viewer: &Viewer, new: &NewFeed) -> Result<ChainLink, Stopped> {
    let (found, known) = recording(tx, viewer, new.link).await?;
    let link = &found.seen.row;
    let frameworks = frameworks_of(&**tx, &[link.contract_id]).await?;
    let last = frameworks.get(&link.contract_id).and_then(|it| it.last());
    let measure = last.and_then(|(_, it)| it.measures().find(|it| it.reference == new.measure));
    let measure = measure.ok_or_else(|| Refusal::not_found("measure", "measure"))?;
    let same = known.iter().filter(|it| it.row.measure_id == measure.id);
    let fed: Vec<FedDays> = same.map(Fed::days).collect();
    let days = FedDays { first: new.starts_on, last: new.ends_on };
    is_feedable(&fed, days, Term { first: link.starts_on, last: link.ends_on }).map_err(refused)?;
    if known.len() >= MOST_FEEDS {
        let sentence = format!("at most {MOST_FEEDS} times is said what a subcontract feeds");
        return Err(Refusal::new(Code::InvalidValue, sentence).at("subcontract").into());
    }
    let document = new.document_reference.as_deref();
    let row = feed::Model {
        subcontract_id: link.id,
        number: known.last().map_or(0, |it| it.row.number) + 1,
        measure_id: measure.id,
        starts_on: new.starts_on,
        ends_on: new.ends_on,
        document_reference: text::optional(document, 200, "documentReference")?,
        recorded_as_id: viewer.organisation,
        recorded_on: tx.today(),
        recorded_at: tx.now(),
    };
    let row = tx.insert(row).await?;
    let act = Act::new("recordMeasureFeed", "Subcontract", link.id)
        .under(link.contract_id, FieldGroup::OutcomeMeasures)
        .from_day(row.recorded_on)
        .after(said(&row));
    audit::record(tx, viewer, act).await?;
    subcontract::find(&**tx, viewer, new.link, "subcontract").await
}

fn refused(why: NotFed) -> Refusal {
    match why {
        NotFed::FedAlready => Refusal::new(Code::AlreadyDone, why).at("startsOn"),
        NotFed::OutsideTheLink => Refusal::new(Code::InvalidDate, why).at("startsOn"),
        NotFed::EndsBeforeItBegins | NotFed::InThePast | NotFed::EndsByThen => {
            Refusal::new(Code::InvalidDate, why).at("endsOn")
        }
    }
}
