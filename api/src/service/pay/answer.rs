use domain::policy::matrix::FieldGroup;
use entities::measurement_answer::{self as answer, MeasurementAnswer};

use super::{MeasuredUnder, add, ground, read};
use crate::{
    auth::Viewer,
    database::{Database, Writing},
    service::{
        Code, Refusal, Stopped,
        audit::{self, Act, said},
        pay::Measured,
        subcontract, text,
    },
};

/// What whoever a measurement is about says of it.
#[derive(Clone, Debug)]
pub struct NewAnswer {
    /// The mutation.
    pub mutation: &'static str,
    /// Under what it was submitted.
    pub under: MeasuredUnder,
    /// Its number there.
    pub number: i32,
    /// What is said.
    pub answer: MeasurementAnswer,
    /// Why it is contested.
    pub reason: Option<String>,
}

/// Confirms or contests a measurement that another entered, for whom it is about (rule C10).
///
/// # Errors
/// `NOT_FOUND`, `NOT_ALLOWED`, `ALREADY_DONE`, or `REASON_REQUIRED`.
pub async fn answer(
    database: &Database,
    viewer: &Viewer,
    dry_run: bool,
    new: NewAnswer,
) -> Result<Measured, Stopped> {
    let new = &new;
    database.write(dry_run, |tx| async move { answer_in(&tx, viewer, new).await }).await
}

async fn answer_in(tx: &Writing, viewer: &Viewer, new: &NewAnswer) -> Result<Measured, Stopped> {
    let mut measured = found(tx, viewer, new).await?;
    let done = |why| Refusal::new(Code::AlreadyDone, why).at("number");
    measured.on_behalf().answered(new.answer).map_err(done)?;
    let reason = text::optional(new.reason.as_deref(), 1_000, "reason")?;
    if new.answer == MeasurementAnswer::Contested && reason.is_none() {
        let sentence = "say what is not so";
        return Err(Refusal::new(Code::ReasonRequired, sentence).at("reason").into());
    }
    let row = answer::Model {
        measurement_id: measured.row.id,
        contract_id: measured.row.contract_id,
        answer: new.answer,
        reason,
        recorded_by_id: viewer.account,
        recorded_as_id: viewer.organisation,
        recorded_on: tx.today(),
        known_at: tx.now(),
    };
    let row = add(tx, row).await?;
    let act = Act::new(new.mutation, "Measurement", measured.row.id)
        .under(measured.row.contract_id, FieldGroup::Measurements)
        .from_day(row.recorded_on)
        .after(said(&row));
    audit::record(tx, viewer, act).await?;
    measured.answer = Some(row);
    Ok(measured)
}

/// The measurement, if the viewer sees it, and may say whether it is so.
async fn found(tx: &Writing, viewer: &Viewer, new: &NewAnswer) -> Result<Measured, Stopped> {
    let (actor, own) = (viewer.actor(), viewer.organisation);
    let none = || Refusal::not_found("measurement", "number");
    match new.under {
        MeasuredUnder::Contract(id) => {
            let ground = ground(&**tx, viewer, id).await?;
            let seen = read::measurements_of(&**tx, viewer, id).await?.into_iter();
            let mut seen = seen.filter(|it| it.row.subcontract_id.is_none());
            let measured = seen.find(|it| it.row.number == new.number).ok_or_else(none)?;
            let whose = measured.row.on_behalf_of_id.unwrap_or(measured.row.recorded_as_id);
            let rights = ground.contract.standing.rights(FieldGroup::Measurements);
            actor.may_answer_measurement(whose == own, rights)?;
            Ok(measured)
        }
        MeasuredUnder::Link(id) => {
            let link = subcontract::find(&**tx, viewer, id, "subcontract").await?;
            let rights = link.seen.standing.rights(FieldGroup::Measurements);
            actor.may_answer_measurement(link.parties(viewer).seller == own, rights)?;
            let mut seen = read::measurements_of_links(&**tx, viewer, &[id]).await?;
            let seen = seen.remove(&id).unwrap_or_default().into_iter();
            let mut seen = seen.filter(|it| it.row.subcontract_number == Some(new.number));
            let measured = seen.next().ok_or_else(none)?;
            Ok(Measured { is_whole: link.seen.reads(FieldGroup::Measurements), ..measured })
        }
    }
}
