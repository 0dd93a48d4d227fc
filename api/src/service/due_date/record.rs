use chrono::NaiveDate;
use domain::policy::matrix::FieldGroup;
use entities::{
    due_date::{self, DueDateKind},
    due_date_outcome::{self as outcome, DueDateOutcome},
};
use sea_orm::{
    ActiveModelTrait, EntityTrait, IntoActiveModel, TryInsertResult, sea_query::OnConflict,
};
use uuid::Uuid;

use super::{Due, read};
use crate::{
    access::{self, Seen, facts::partners},
    auth::Viewer,
    database::{Database, Writing},
    service::{
        Code, Refusal, Stopped, agreement as agreements,
        audit::{self, Act, said},
        text,
    },
};

/// The most days that are set at once.
const MOST_DAYS: usize = 60;

/// Something that is to be done on one day, or on each of several.
#[derive(Clone, Debug)]
pub struct NewDueDates {
    /// The agreement.
    pub agreement: Uuid,
    /// What sort of thing it is.
    pub kind: DueDateKind,
    /// What it is.
    pub title: String,
    /// The days, earliest first.
    pub due_on: Vec<NaiveDate>,
    /// The partner that sees to it; none when all do.
    pub owner: Option<Uuid>,
}

/// What became of something due.
#[derive(Clone, Debug)]
pub struct NewOutcome {
    /// What was due.
    pub due_date: Uuid,
    /// Done, or not to be done.
    pub outcome: DueDateOutcome,
    /// On which day.
    pub happened_on: NaiveDate,
    /// What shows it, or why not.
    pub evidence: String,
}

/// Sets what is due under an agreement.
///
/// # Errors
/// `NOT_FOUND`, `NOT_ALLOWED`, or `INVALID_VALUE`.
pub async fn set(
    database: &Database,
    viewer: &Viewer,
    dry_run: bool,
    new: NewDueDates,
) -> Result<Vec<Due>, Stopped> {
    let new = &new;
    database.write(dry_run, |tx| async move { set_in(&tx, viewer, new).await }).await
}

async fn set_in(tx: &Writing, viewer: &Viewer, new: &NewDueDates) -> Result<Vec<Due>, Stopped> {
    let seen = agreements::find(tx, viewer, new.agreement, "agreement").await?;
    let partnership = partners::of_agreement(&**tx, seen.row.id).await?;
    viewer.actor().may_set_due_dates(&partnership.parties_on(viewer.today))?;
    let title = text::required(&new.title, 300, "title")?;
    in_order(&new.due_on)?;
    let term = (seen.row.starts_on, seen.row.ends_on);
    let mut set = Vec::new();
    for (due_on, place) in new.due_on.iter().zip(0..) {
        let path = format!("dueOn.{place}");
        if *due_on < term.0 || term.1.is_some_and(|last| last < *due_on) {
            let sentence = format!("{due_on} lies outside the term of the agreement");
            return Err(Refusal::new(Code::InvalidValue, sentence).at(&path).into());
        }
        let is_partner = |owner: &Uuid| partnership.staying_on(*due_on).contains(owner);
        if new.owner.is_some_and(|owner| !is_partner(&owner)) {
            let sentence = format!("the organisation is no partner of the agreement on {due_on}");
            return Err(Refusal::new(Code::InvalidValue, sentence).at("owner").into());
        }
        let row = due_date::Model {
            id: tx.new_id(),
            agreement_id: seen.row.id,
            kind: new.kind,
            title: title.clone(),
            due_on: *due_on,
            owner_id: new.owner,
            recorded_by_id: viewer.account,
            recorded_as_id: viewer.organisation,
            recorded_at: tx.now(),
        };
        let row = tx.insert(row).await?;
        let act = Act::new("setDueDates", "DueDate", row.id)
            .under(row.agreement_id, FieldGroup::AgreementTerms)
            .from_day(row.due_on)
            .after(said(&row));
        audit::record(tx, viewer, act).await?;
        set.push(Due::of(viewer, seen.with(row), None));
    }
    Ok(set)
}

fn in_order(days: &[NaiveDate]) -> Result<(), Refusal> {
    let invalid = |sentence: &str, path: &str| Refusal::new(Code::InvalidValue, sentence).at(path);
    if !(1..=MOST_DAYS).contains(&days.len()) {
        return Err(invalid("name 1 to 60 days", "dueOn"));
    }
    match days.windows(2).position(|pair| pair[1] <= pair[0]) {
        Some(place) => {
            let path = format!("dueOn.{}", place + 1);
            Err(invalid("name each day once, the earliest first", &path))
        }
        None => Ok(()),
    }
}

/// Records that something due was done, or that it need not be.
///
/// # Errors
/// `NOT_FOUND`, `NOT_ALLOWED`, `ALREADY_DONE`, or `INVALID_VALUE`.
pub async fn settle(
    database: &Database,
    viewer: &Viewer,
    dry_run: bool,
    new: NewOutcome,
) -> Result<Due, Stopped> {
    let new = &new;
    database.write(dry_run, |tx| async move { settle_in(&tx, viewer, new).await }).await
}

async fn settle_in(tx: &Writing, viewer: &Viewer, new: &NewOutcome) -> Result<Due, Stopped> {
    let seen: Seen<due_date::Model> = access::due_date::visible(&**tx, viewer, new.due_date)
        .await?
        .ok_or_else(|| Refusal::not_found("due date", "dueDate"))?;
    let partnership = partners::of_agreement(&**tx, seen.row.agreement_id).await?;
    let parties = partnership.parties_on(viewer.today);
    match new.outcome {
        DueDateOutcome::Met => viewer.actor().may_meet_due_date(&parties, seen.row.owner_id)?,
        DueDateOutcome::Cancelled => viewer.actor().may_set_due_dates(&parties)?,
    }
    if new.happened_on > tx.today() {
        let sentence = format!("{} has not come yet", new.happened_on);
        return Err(Refusal::new(Code::InvalidValue, sentence).at("happenedOn").into());
    }
    let row = outcome::Model {
        due_date_id: seen.row.id,
        outcome: new.outcome,
        happened_on: new.happened_on,
        evidence: text::required(&new.evidence, 1_000, "evidence")?,
        recorded_by_id: viewer.account,
        recorded_as_id: viewer.organisation,
        recorded_at: tx.now(),
    };
    let inserted = outcome::Entity::insert(row.clone().into_active_model().reset_all())
        .on_conflict(OnConflict::new().do_nothing().to_owned())
        .try_insert()
        .exec_without_returning(&**tx)
        .await?;
    if !matches!(inserted, TryInsertResult::Inserted(1)) {
        let sentence = "what became of this was recorded already";
        return Err(Refusal::new(Code::AlreadyDone, sentence).at("dueDate").into());
    }
    let act = Act::new("settleDueDate", "DueDate", seen.row.id)
        .under(seen.row.agreement_id, FieldGroup::AgreementTerms)
        .from_day(row.happened_on)
        .after(said(&row));
    audit::record(tx, viewer, act).await?;
    let outcomes = read::outcomes(&**tx, &[seen.row.id]).await?.remove(&seen.row.id);
    Ok(Due::of(viewer, seen, outcomes))
}
