use chrono::NaiveDate;
use domain::policy::matrix::FieldGroup;
use entities::{
    dispute_end::{self as row_of_end, DisputeEnd},
    dispute_step as step,
};
use sea_orm::{
    ActiveModelTrait, EntityTrait, IntoActiveModel, TryInsertResult, sea_query::OnConflict,
};
use uuid::Uuid;

use super::{Disputed, read};
use crate::{
    access::{self, facts::partners},
    auth::Viewer,
    database::{Database, Writing},
    service::{
        Code, Refusal, Stopped,
        audit::{self, Act, said},
        text,
    },
};

/// A step of the ladder that was taken.
#[derive(Clone, Debug)]
pub struct NewStep {
    /// The dispute.
    pub dispute: Uuid,
    /// Its place in the ladder: the next one.
    pub number: i32,
    /// When it was taken.
    pub taken_on: NaiveDate,
    /// What came of it.
    pub outcome: String,
}

/// How a dispute ended.
#[derive(Clone, Debug)]
pub struct NewEnd {
    /// The dispute.
    pub dispute: Uuid,
    /// Resolved or withdrawn.
    pub kind: DisputeEnd,
    /// When.
    pub ended_on: NaiveDate,
    /// What was agreed, or why it was withdrawn.
    pub outcome: String,
}

/// Records that the next step of the ladder was taken.
///
/// # Errors
/// `NOT_FOUND`, `NOT_ALLOWED`, `ALREADY_DONE` of a step that was taken or a dispute that is over, or
/// `INVALID_VALUE` when a step is left out or the days are in no order.
pub async fn take_step(
    database: &Database,
    viewer: &Viewer,
    dry_run: bool,
    new: NewStep,
) -> Result<Disputed, Stopped> {
    let new = &new;
    database.write(dry_run, |tx| async move { take_in(&tx, viewer, new).await }).await
}

async fn take_in(tx: &Writing, viewer: &Viewer, new: &NewStep) -> Result<Disputed, Stopped> {
    let disputed = find(tx, viewer, new.dispute).await?;
    let partnership = partners::of_agreement(&**tx, disputed.seen.row.agreement_id).await?;
    let parties = partnership.parties_on(viewer.today);
    viewer.actor().may_record_in_dispute(&parties, &disputed.between())?;
    is_open(&disputed)?;
    let taken = || Refusal::new(Code::AlreadyDone, "this step was taken already").at("number");
    if disputed.steps.iter().any(|row| row.number == new.number) {
        return Err(taken().into());
    }
    if disputed.next().map(|(rung, _)| rung.number) != Some(new.number) {
        let sentence = "the steps of the ladder are taken one after the other";
        return Err(Refusal::new(Code::InvalidValue, sentence).at("number").into());
    }
    in_order(tx, &disputed, new.taken_on, "takenOn")?;
    let row = step::Model {
        dispute_id: disputed.seen.row.id,
        number: new.number,
        taken_on: new.taken_on,
        outcome: text::required(&new.outcome, 2_000, "outcome")?,
        recorded_by_id: viewer.account,
        recorded_as_id: viewer.organisation,
        recorded_at: tx.now(),
    };
    let inserted = step::Entity::insert(row.clone().into_active_model().reset_all())
        .on_conflict(OnConflict::new().do_nothing().to_owned())
        .try_insert()
        .exec_without_returning(&**tx)
        .await?;
    if !matches!(inserted, TryInsertResult::Inserted(1)) {
        return Err(taken().into());
    }
    let act = Act::new("takeDisputeStep", "Dispute", row.dispute_id)
        .under(disputed.seen.row.agreement_id, FieldGroup::Disputes)
        .from_day(row.taken_on)
        .after(said(&row));
    audit::record(tx, viewer, act).await?;
    find(tx, viewer, new.dispute).await
}

/// Records that a dispute is over.
///
/// # Errors
/// `NOT_FOUND`, `NOT_ALLOWED`, `ALREADY_DONE`, or `INVALID_VALUE`.
pub async fn end(
    database: &Database,
    viewer: &Viewer,
    dry_run: bool,
    new: NewEnd,
) -> Result<Disputed, Stopped> {
    let new = &new;
    database.write(dry_run, |tx| async move { end_in(&tx, viewer, new).await }).await
}

async fn end_in(tx: &Writing, viewer: &Viewer, new: &NewEnd) -> Result<Disputed, Stopped> {
    let disputed = find(tx, viewer, new.dispute).await?;
    let partnership = partners::of_agreement(&**tx, disputed.seen.row.agreement_id).await?;
    let (parties, actor) = (partnership.parties_on(viewer.today), viewer.actor());
    match new.kind {
        DisputeEnd::Resolved => actor.may_record_in_dispute(&parties, &disputed.between())?,
        DisputeEnd::Withdrawn => {
            actor.may_withdraw_dispute(&parties, disputed.seen.row.raised_by_id)?;
        }
    }
    is_open(&disputed)?;
    in_order(tx, &disputed, new.ended_on, "endedOn")?;
    let row = row_of_end::Model {
        dispute_id: disputed.seen.row.id,
        kind: new.kind,
        ended_on: new.ended_on,
        outcome: text::required(&new.outcome, 2_000, "outcome")?,
        recorded_by_id: viewer.account,
        recorded_as_id: viewer.organisation,
        recorded_at: tx.now(),
    };
    let inserted = row_of_end::Entity::insert(row.clone().into_active_model().reset_all())
        .on_conflict(OnConflict::new().do_nothing().to_owned())
        .try_insert()
        .exec_without_returning(&**tx)
        .await?;
    if !matches!(inserted, TryInsertResult::Inserted(1)) {
        return Err(over().into());
    }
    let act = Act::new("endDispute", "Dispute", row.dispute_id)
        .under(disputed.seen.row.agreement_id, FieldGroup::Disputes)
        .from_day(row.ended_on)
        .after(said(&row));
    audit::record(tx, viewer, act).await?;
    find(tx, viewer, new.dispute).await
}

async fn find(tx: &Writing, viewer: &Viewer, id: Uuid) -> Result<Disputed, Stopped> {
    let unknown = || Refusal::not_found("dispute", "dispute");
    let seen = access::dispute::visible(&**tx, viewer, id).await?.ok_or_else(unknown)?;
    let found = read::of_rows(&**tx, vec![seen]).await?.pop();
    Ok(found.ok_or_else(unknown)?)
}

fn over() -> Refusal {
    Refusal::new(Code::AlreadyDone, "this dispute is over").at("dispute")
}

fn is_open(disputed: &Disputed) -> Result<(), Refusal> {
    if disputed.end.is_some() { Err(over()) } else { Ok(()) }
}

/// Whether a day has come, and lies no earlier than everything before it in the dispute.
fn in_order(tx: &Writing, disputed: &Disputed, day: NaiveDate, path: &str) -> Result<(), Refusal> {
    let last = disputed.steps.iter().map(|row| row.taken_on).max();
    let last = last.unwrap_or(disputed.seen.row.raised_on);
    if last <= day && day <= tx.today() {
        return Ok(());
    }
    let sentence = format!("{day} has not come yet, or lies before {last}");
    Err(Refusal::new(Code::InvalidValue, sentence).at(path))
}
