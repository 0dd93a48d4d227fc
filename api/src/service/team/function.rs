use chrono::NaiveDate;
use domain::policy::matrix::FieldGroup;
use entities::team_function;
use sea_orm::{
    ActiveModelTrait, ActiveValue::Set, ColumnTrait, EntityTrait, IntoActiveModel, PaginatorTrait,
    QueryFilter,
};
use uuid::Uuid;

use super::ground;
use crate::{
    access::{self, facts::whole},
    auth::Viewer,
    database::{Database, Writing},
    service::{
        Code, Refusal, Stopped,
        audit::{self, Act, said},
        scheme::organisation_exists,
        text,
    },
};

/// The most functions that a team has, those that have moved among them.
const MOST_FUNCTIONS: u64 = 200;

/// Something that a team is to do.
#[derive(Clone, Debug)]
pub struct NewFunction {
    /// The team.
    pub team: Uuid,
    /// What it is called.
    pub name: String,
    /// First day.
    pub starts_on: NaiveDate,
}

/// That a function moves to a provider.
#[derive(Clone, Copy, Debug)]
pub struct Moved {
    /// The function.
    pub function: Uuid,
    /// The provider.
    pub provider: Uuid,
    /// The first day on which the provider does it.
    pub moved_on: NaiveDate,
}

/// Records what a team does.
///
/// # Errors
/// `NOT_FOUND`, `NOT_ALLOWED`, `INVALID_VALUE`, or `INVALID_DATE`.
pub async fn add(
    database: &Database,
    viewer: &Viewer,
    dry_run: bool,
    new: NewFunction,
) -> Result<team_function::Model, Stopped> {
    let new = &new;
    database.write(dry_run, |tx| async move { add_in(&tx, viewer, new).await }).await
}

async fn add_in(
    tx: &Writing,
    viewer: &Viewer,
    new: &NewFunction,
) -> Result<team_function::Model, Stopped> {
    let ground = ground(tx, viewer, new.team, "team").await?;
    viewer.actor().may_write_team_posts(&ground.parties, new.team)?;
    ground.holds(new.starts_on, None)?;
    has_room(tx, new.team).await?;
    let row = team_function::Model {
        id: tx.new_id(),
        team_id: new.team,
        name: text::required(&new.name, 200, "name")?,
        starts_on: new.starts_on,
        moved_to_provider_id: None,
        moved_on: None,
    };
    let row = row.into_active_model().reset_all().insert(&**tx).await?;
    let act = Act::new("addTeamFunction", "TeamFunction", row.id)
        .under(ground.team.row.agreement_id, FieldGroup::AgreementTerms)
        .from_day(row.starts_on)
        .after(said(&row));
    audit::record(tx, viewer, act).await?;
    Ok(row)
}

#[expect(clippy::disallowed_methods, reason = "the caller found the team through its view")]
async fn has_room(tx: &Writing, team: Uuid) -> Result<(), Stopped> {
    let functions = team_function::Entity::find().filter(team_function::Column::TeamId.eq(team));
    if functions.count(&whole(&**tx)).await? < MOST_FUNCTIONS {
        return Ok(());
    }
    let sentence = format!("a team has at most {MOST_FUNCTIONS} functions");
    Err(Refusal::new(Code::InvalidValue, sentence).at("team").into())
}

/// Records that a function moves from a team to a provider on a day. The provider's view is that
/// of its contract or scheme: this gives it none.
///
/// # Errors
/// `NOT_FOUND`, `NOT_ALLOWED`; `INVALID_DATE` for a day before the team did it; `ALREADY_DONE` when
/// it has moved.
pub async fn move_to_provider(
    database: &Database,
    viewer: &Viewer,
    dry_run: bool,
    moved: Moved,
) -> Result<team_function::Model, Stopped> {
    database.write(dry_run, |tx| async move { move_in(&tx, viewer, moved).await }).await
}

async fn move_in(
    tx: &Writing,
    viewer: &Viewer,
    moved: Moved,
) -> Result<team_function::Model, Stopped> {
    let before = access::team::sees_functions(viewer)
        .filter(team_function::Column::Id.eq(moved.function))
        .one(&**tx)
        .await?
        .ok_or_else(|| Refusal::not_found("function", "function"))?;
    let ground = ground(tx, viewer, before.team_id, "function").await?;
    viewer.actor().may_write_team_posts(&ground.parties, before.team_id)?;
    if before.moved_on.is_some() {
        let sentence = "this function has moved already: record another one";
        return Err(Refusal::new(Code::AlreadyDone, sentence).at("function").into());
    }
    if moved.moved_on < before.starts_on {
        let sentence = format!("the team does it from {} only", before.starts_on);
        return Err(Refusal::new(Code::InvalidDate, sentence).at("movedOn").into());
    }
    organisation_exists(tx, moved.provider, "provider").await?;
    let mut row = before.clone().into_active_model();
    row.moved_to_provider_id = Set(Some(moved.provider));
    row.moved_on = Set(Some(moved.moved_on));
    let row = row.update(&**tx).await?;
    let act = Act::new("moveTeamFunction", "TeamFunction", row.id)
        .under(ground.team.row.agreement_id, FieldGroup::AgreementTerms)
        .from_day(moved.moved_on)
        .before(said(&before))
        .after(said(&row));
    audit::record(tx, viewer, act).await?;
    Ok(row)
}
