//! Joint commissioning teams: which a viewer sees, with what belongs to them, and what stands
//! behind a token that acts as one.

use chrono::NaiveDate;
use domain::policy::{
    decisions::{DatedLimit, Limits},
    derive::FOREVER,
    matrix::FieldGroup,
};
use entities::{
    access,
    membership::Role,
    team, team_function,
    team_limit::{self, LimitKind},
    team_member::{self, ROLES},
    team_post,
    value::{Instant, Pence},
};
use sea_orm::{
    ColumnTrait, Condition, ConnectionTrait, DbErr, EntityTrait, JoinType, QueryFilter,
    QuerySelect, RelationDef, Select, SelectTwo,
};
use uuid::Uuid;

use super::{Found, Seen, Through, facts::whole, readers};
use crate::auth::Viewer;

const AGREEMENT: (team::Entity, team::Column) = (team::Entity, team::Column::AgreementId);

/// What an account may do as a team today.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Seat {
    /// The roles held on the team.
    pub roles: Vec<Role>,
    /// Up to how much the team decides alone.
    pub limits: Limits,
}

/// The teams that the viewer sees: those of agreements whose terms it reads, from the days that it
/// reads.
#[must_use]
pub fn sees_teams(viewer: &Viewer) -> SelectTwo<team::Entity, access::Entity> {
    let through = Through::any_of(viewer, AGREEMENT, &readers(FieldGroup::AgreementTerms))
        .from((team::Entity, team::Column::StartsOn));
    super::stands::<team::Entity>(team::Column::AgreementId, viewer).filter(through.cuts())
}

/// The posts of teams that the viewer sees.
#[must_use]
pub fn sees_posts(viewer: &Viewer) -> Select<team_post::Entity> {
    use team_post::Column::{StartsOn, TeamId};
    of_teams(viewer, FieldGroup::TeamPosts, (TeamId, StartsOn))
}

/// The seats on teams that the viewer sees.
#[must_use]
pub fn sees_members(viewer: &Viewer) -> Select<team_member::Entity> {
    use team_member::Column::{StartsOn, TeamId};
    of_teams(viewer, FieldGroup::AgreementTerms, (TeamId, StartsOn))
}

/// The limits of teams that the viewer sees.
#[must_use]
pub fn sees_limits(viewer: &Viewer) -> Select<team_limit::Entity> {
    use team_limit::Column::{StartsOn, TeamId};
    of_teams(viewer, FieldGroup::AgreementTerms, (TeamId, StartsOn))
}

/// The functions of teams that the viewer sees.
#[must_use]
pub fn sees_functions(viewer: &Viewer) -> Select<team_function::Entity> {
    use team_function::Column::{StartsOn, TeamId};
    of_teams(viewer, FieldGroup::AgreementTerms, (TeamId, StartsOn))
}

/// The rows that belong to a team, from the days whose facts of `group` the viewer reads.
#[expect(clippy::disallowed_methods, reason = "this is where unscoped finding is scoped")]
fn of_teams<E: EntityTrait>(
    viewer: &Viewer,
    group: FieldGroup,
    (team, starts_on): (E::Column, E::Column),
) -> Select<E> {
    let to_team: RelationDef = E::belongs_to(team::Entity).from(team).to(team::Column::Id).into();
    let through =
        Through::any_of(viewer, AGREEMENT, &readers(group)).from((E::default(), starts_on));
    E::find().join(JoinType::InnerJoin, to_team).filter(through.cuts())
}

/// A team as the viewer stands to the days since it began.
#[must_use]
pub fn seen(viewer: &Viewer, found: Found<team::Model>) -> Seen<team::Model> {
    let starts_on = found.0.starts_on;
    let seen = Seen::from_row(viewer, found);
    Seen { standing: seen.standing.during(starts_on, FOREVER), ..seen }
}

/// The team with this id, if the viewer sees it.
///
/// # Errors
/// A fault of the database.
pub async fn visible(
    connection: &impl ConnectionTrait,
    viewer: &Viewer,
    id: Uuid,
) -> Result<Option<Seen<team::Model>>, DbErr> {
    let found = sees_teams(viewer).filter(team::Column::Id.eq(id)).one(connection).await?;
    Ok(found.map(|row| seen(viewer, row)))
}

/// One seat and one limit of a team; of a team without limits, none.
type SeatRow = (
    Option<Role>,
    Option<LimitKind>,
    Option<Pence>,
    Option<NaiveDate>,
    Option<NaiveDate>,
    Option<Instant>,
);

/// Fact reader: what an account that is seated through `employer` may do as a team on `day`; none
/// when the team has ended or it does not sit on it. The operator's tokens sit on every team. One
/// statement.
///
/// # Errors
/// A fault of the database.
#[expect(clippy::disallowed_methods, reason = "the facts that make a viewer")]
pub async fn seat_of(
    connection: &impl ConnectionTrait,
    (team, account, employer): (Uuid, Option<Uuid>, Uuid),
    day: NaiveDate,
) -> Result<Option<Seat>, DbErr> {
    let to_limit: RelationDef = team::Entity::belongs_to(team_limit::Entity)
        .from(team::Column::Id)
        .to(team_limit::Column::TeamId)
        .into();
    let to_member: RelationDef = team::Entity::belongs_to(team_member::Entity)
        .from(team::Column::Id)
        .to(team_member::Column::TeamId)
        .into();
    let mut seats = team::Entity::find_by_id(team)
        .select_only()
        .column(team_member::Column::Role)
        .column(team_limit::Column::Kind)
        .column(team_limit::Column::AmountPence)
        .column(team_limit::Column::StartsOn)
        .column(team_limit::Column::EndsOn)
        .column(team_limit::Column::RecordedAt)
        .join(JoinType::LeftJoin, to_limit)
        .join(JoinType::LeftJoin, to_member)
        .filter(team::Column::StartsOn.lte(day))
        .filter(from(team::Column::EndsOn, day));
    if let Some(account) = account {
        seats = seats
            .filter(team_member::Column::AccountId.eq(account))
            .filter(team_member::Column::EmployerId.eq(employer))
            .filter(team_member::Column::StartsOn.lte(day))
            .filter(from(team_member::Column::EndsOn, day));
    }
    let rows: Vec<SeatRow> = seats.into_tuple().all(&whole(connection)).await?;
    if rows.is_empty() {
        return Ok(None);
    }
    let roles = match account {
        Some(_) => rows.iter().filter_map(|row| row.0).collect(),
        None => ROLES.to_vec(),
    };
    let delegated: Vec<DatedLimit> = rows.into_iter().filter_map(limit).collect();
    Ok(Some(Seat { roles, limits: Limits::on(day, &delegated) }))
}

fn limit((_, kind, amount, starts_on, ends_on, recorded_at): SeatRow) -> Option<DatedLimit> {
    Some(DatedLimit {
        kind: kind?,
        amount: amount?,
        starts_on: starts_on?,
        ends_on,
        recorded_at: recorded_at?,
    })
}

/// What has not ended before `day`.
fn from(ends_on: impl ColumnTrait, day: NaiveDate) -> Condition {
    Condition::any().add(ends_on.is_null()).add(ends_on.gte(day))
}

/// The teams on which an account sits or sat: the seat, and the team.
///
/// # Errors
/// A fault of the database.
#[expect(clippy::disallowed_methods, reason = "a person's own seats")]
pub async fn of_account(
    connection: &impl ConnectionTrait,
    account: Uuid,
) -> Result<Vec<(team_member::Model, team::Model)>, DbErr> {
    use sea_orm::QueryOrder;
    let to_team: RelationDef = team_member::Entity::belongs_to(team::Entity)
        .from(team_member::Column::TeamId)
        .to(team::Column::Id)
        .into();
    let rows = team_member::Entity::find()
        .filter(team_member::Column::AccountId.eq(account))
        .join(JoinType::InnerJoin, to_team)
        .select_also(team::Entity)
        .order_by_asc(team_member::Column::StartsOn)
        .order_by_asc(team_member::Column::Id)
        .all(&whole(connection))
        .await?;
    Ok(rows.into_iter().filter_map(|(seat, team)| Some((seat, team?))).collect())
}
