use chrono::NaiveDate;
use domain::policy::matrix::FieldGroup;
use entities::{partnership_agreement as agreement, team};
use sea_orm::{
    ActiveModelTrait, ColumnTrait, EntityTrait, IntoActiveModel, PaginatorTrait, QueryFilter,
};
use uuid::Uuid;

use super::ground;
use crate::{
    access::{
        self, Seen, derive,
        facts::{partners, whole},
    },
    auth::Viewer,
    database::{Database, Writing},
    service::{
        Code, Refusal, Stopped,
        audit::{self, Act, said},
        text,
    },
};

/// The most teams that an agreement has, those that have ended among them.
const MOST_TEAMS: u64 = 100;
/// The most characters of a name or a service area.
const LONGEST: usize = 200;

/// A team that is to be set up.
#[derive(Clone, Debug)]
pub struct NewTeam {
    /// The agreement.
    pub agreement: Uuid,
    /// Its name; unique in the agreement.
    pub name: String,
    /// The service area.
    pub service_area: String,
    /// First day.
    pub starts_on: NaiveDate,
    /// Last day, if it has one.
    pub ends_on: Option<NaiveDate>,
}

/// What is to be changed of a team; what is none stays.
#[derive(Clone, Debug)]
pub struct TeamChange {
    /// The team.
    pub team: Uuid,
    /// Its version as the caller read it.
    pub expected_version: i32,
    /// Another name.
    pub name: Option<String>,
    /// Another service area.
    pub service_area: Option<String>,
    /// Another last day, or none.
    pub ends_on: Option<Option<NaiveDate>>,
}

/// Sets a team up under an agreement, and gives it its view.
///
/// # Errors
/// `NOT_FOUND`, `NOT_ALLOWED`, `INVALID_VALUE`, `INVALID_DATE`, or `ALREADY_EXISTS`.
pub async fn create(
    database: &Database,
    viewer: &Viewer,
    dry_run: bool,
    new: NewTeam,
) -> Result<Seen<team::Model>, Stopped> {
    let new = &new;
    database.write(dry_run, |tx| async move { create_in(&tx, viewer, new).await }).await
}

/// The same, within a transaction.
///
/// # Errors
/// As [`create`].
pub async fn create_in(
    tx: &Writing,
    viewer: &Viewer,
    new: &NewTeam,
) -> Result<Seen<team::Model>, Stopped> {
    let agreement = access::agreement::visible(&**tx, viewer, new.agreement)
        .await?
        .ok_or_else(|| Refusal::not_found("partnership agreement", "agreement"))?;
    let partnership = partners::of_agreement(&**tx, agreement.row.id).await?;
    viewer.actor().may_manage_team(&partnership.parties_on(viewer.today))?;
    let row = team::Model {
        id: tx.new_id(),
        agreement_id: agreement.row.id,
        name: text::required(&new.name, LONGEST, "name")?,
        service_area: text::required(&new.service_area, LONGEST, "serviceArea")?,
        starts_on: new.starts_on,
        ends_on: new.ends_on,
        version: 1,
    };
    within_term(&agreement.row, &row)?;
    is_free(tx, &row).await?;
    let row = row.into_active_model().reset_all().insert(&**tx).await?;
    derive::agreement(&**tx, row.agreement_id).await?;
    let act = Act::new("createTeam", "Team", row.id)
        .under(row.agreement_id, FieldGroup::AgreementTerms)
        .from_day(row.starts_on)
        .after(said(&row));
    audit::record(tx, viewer, act).await?;
    Ok(agreement.with(row))
}

/// Changes a team. With its last day its view ends, and nobody acts as it any more.
///
/// # Errors
/// `NOT_FOUND`, `NOT_ALLOWED`, `STALE_VERSION`, `INVALID_VALUE`, `INVALID_DATE`, or
/// `ALREADY_EXISTS`.
pub async fn update(
    database: &Database,
    viewer: &Viewer,
    dry_run: bool,
    change: TeamChange,
) -> Result<Seen<team::Model>, Stopped> {
    let change = &change;
    database.write(dry_run, |tx| async move { update_in(&tx, viewer, change).await }).await
}

/// The same, within a transaction.
///
/// # Errors
/// As [`update`].
pub async fn update_in(
    tx: &Writing,
    viewer: &Viewer,
    change: &TeamChange,
) -> Result<Seen<team::Model>, Stopped> {
    let found = ground(tx, viewer, change.team, "team").await?;
    viewer.actor().may_manage_team(&found.parties)?;
    let before = &found.team.row;
    if before.version != change.expected_version {
        return Err(Refusal::stale(before.version).into());
    }
    let mut row = team::Model { version: before.version + 1, ..before.clone() };
    if let Some(name) = &change.name {
        row.name = text::required(name, LONGEST, "name")?;
    }
    if let Some(service_area) = &change.service_area {
        row.service_area = text::required(service_area, LONGEST, "serviceArea")?;
    }
    row.ends_on = change.ends_on.unwrap_or(row.ends_on);
    let agreement = access::agreement::visible(&**tx, viewer, row.agreement_id)
        .await?
        .ok_or_else(|| Refusal::not_found("team", "team"))?;
    within_term(&agreement.row, &row)?;
    if row.name != before.name {
        is_free(tx, &row).await?;
    }
    let written = team::Entity::update_many()
        .set(row.clone().into_active_model().reset_all())
        .filter(team::Column::Id.eq(row.id))
        .filter(team::Column::Version.eq(change.expected_version))
        .exec(&**tx)
        .await?;
    if written.rows_affected == 0 {
        return Err(Refusal::stale(before.version + 1).into());
    }
    if row.ends_on != before.ends_on {
        derive::agreement(&**tx, row.agreement_id).await?;
    }
    let act = Act::new("updateTeam", "Team", row.id)
        .under(row.agreement_id, FieldGroup::AgreementTerms)
        .before(said(before))
        .after(said(&row));
    audit::record(tx, viewer, act).await?;
    Ok(found.team.with(row))
}

fn within_term(agreement: &agreement::Model, team: &team::Model) -> Result<(), Refusal> {
    let ended = agreement.ends_on.is_some_and(|last| last < team.starts_on);
    if team.starts_on < agreement.starts_on || ended {
        let sentence = format!("{} lies outside the term of the agreement", team.starts_on);
        return Err(Refusal::new(Code::InvalidDate, sentence).at("startsOn"));
    }
    if team.ends_on.is_some_and(|last| last < team.starts_on) {
        let sentence = "a team cannot end before it begins";
        return Err(Refusal::new(Code::InvalidDate, sentence).at("endsOn"));
    }
    Ok(())
}

#[expect(clippy::disallowed_methods, reason = "the caller found the agreement through its view")]
async fn is_free(tx: &Writing, row: &team::Model) -> Result<(), Stopped> {
    let teams = || team::Entity::find().filter(team::Column::AgreementId.eq(row.agreement_id));
    let others = || teams().filter(team::Column::Id.ne(row.id));
    if others().filter(team::Column::Name.eq(row.name.as_str())).count(&whole(&**tx)).await? > 0 {
        let sentence = "a team of the agreement has this name already";
        return Err(Refusal::new(Code::AlreadyExists, sentence).at("name").into());
    }
    if others().count(&whole(&**tx)).await? >= MOST_TEAMS {
        let sentence = format!("an agreement has at most {MOST_TEAMS} teams");
        return Err(Refusal::new(Code::InvalidValue, sentence).at("agreement").into());
    }
    Ok(())
}
