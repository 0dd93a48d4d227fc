//! Memberships: the roles that accounts hold in organisations, granted and ended by the
//! organisation's administrators.

use chrono::NaiveDate;
use entities::{
    membership::{self, Role},
    organisation,
};
use sea_orm::{
    ActiveModelTrait, ActiveValue::Set, ColumnTrait, Condition, ConnectionTrait, DbErr,
    QueryFilter, QuerySelect, SqlErr,
};
use uuid::Uuid;

use super::{
    Code, Refusal, Stopped, account,
    audit::{self, Act, said},
};
use crate::{
    access::membership::{in_force, manages_membership, of_account},
    auth::Viewer,
    database::{Database, HOLDING, Writing},
};

/// A membership, and where it is held.
pub type Held = (membership::Model, organisation::Model);

/// A role to be granted in the organisation acted as.
#[derive(Clone, Debug)]
pub struct Grant {
    /// To whom.
    pub account: Uuid,
    /// Which.
    pub role: Role,
    /// First day; today when none is given.
    pub starts_on: Option<NaiveDate>,
    /// Last day, if it has one.
    pub ends_on: Option<NaiveDate>,
}

/// The viewer's own memberships, past, present and to come.
///
/// # Errors
/// When the database fails.
pub async fn own(connection: &impl ConnectionTrait, viewer: &Viewer) -> Result<Vec<Held>, DbErr> {
    match viewer.account {
        Some(account) => of_account(connection, account).await,
        None => Ok(Vec::new()),
    }
}

/// Grants a role in the organisation acted as.
///
/// # Errors
/// `NOT_ALLOWED` unless the viewer is an administrator, `NOT_FOUND` for the account,
/// `INVALID_DATE` when it would end before it begins, `ALREADY_EXISTS` when the account holds the
/// role in that time.
pub async fn grant(
    database: &Database,
    viewer: &Viewer,
    grant: &Grant,
    dry_run: bool,
) -> Result<membership::Model, Stopped> {
    needs_admin(viewer)?;
    let starts_on = grant.starts_on.unwrap_or_else(|| database.clock().today());
    if grant.ends_on.is_some_and(|last| last < starts_on) {
        let sentence = "a membership cannot end before it begins";
        return Err(Refusal::new(Code::InvalidDate, sentence).at("endsOn").into());
    }
    database.write(dry_run, |tx| async move { grant_in(&tx, viewer, grant, starts_on).await }).await
}

async fn grant_in(
    tx: &Writing,
    viewer: &Viewer,
    grant: &Grant,
    starts_on: NaiveDate,
) -> Result<membership::Model, Stopped> {
    account::find(&**tx, grant.account)
        .await?
        .ok_or_else(|| Refusal::not_found("account", "account"))?;
    if overlaps(tx, viewer, grant, starts_on).await? {
        return Err(already_held().into());
    }
    let row = membership::ActiveModel {
        id: Set(tx.new_id()),
        account_id: Set(grant.account),
        organisation_id: Set(viewer.organisation),
        role: Set(grant.role),
        starts_on: Set(starts_on),
        ends_on: Set(grant.ends_on),
    };
    let row = row.insert(&**tx).await.map_err(|fault| match fault.sql_err() {
        // Somebody granted the same meanwhile.
        Some(SqlErr::UniqueConstraintViolation(_)) => already_held().into(),
        _ => Stopped::Fault(fault),
    })?;
    let act = Act::new("grantMembership", "Membership", row.id).from_day(row.starts_on);
    audit::record(tx, viewer, act.after(said(&row))).await?;
    Ok(row)
}

/// Ends a membership of the organisation acted as: after `last_day`, or at once when none is
/// given, which is to say that yesterday was its last day.
///
/// # Errors
/// `NOT_ALLOWED` unless the viewer is an administrator, and for the last administrator;
/// `NOT_FOUND` for the membership; `ALREADY_DONE` when it has ended by then.
pub async fn end(
    database: &Database,
    viewer: &Viewer,
    id: Uuid,
    last_day: Option<NaiveDate>,
    dry_run: bool,
) -> Result<membership::Model, Stopped> {
    needs_admin(viewer)?;
    let today = database.clock().today();
    let last_day = last_day.or_else(|| today.pred_opt()).unwrap_or(today);
    database.write(dry_run, |tx| async move { end_in(&tx, viewer, id, last_day).await }).await
}

async fn end_in(
    tx: &Writing,
    viewer: &Viewer,
    id: Uuid,
    last_day: NaiveDate,
) -> Result<membership::Model, Stopped> {
    let held = manages_membership(viewer)
        .filter(membership::Column::Id.eq(id))
        .one(&**tx)
        .await?
        .ok_or_else(|| Refusal::not_found("membership", "membership"))?;
    if held.ends_on.is_some_and(|ends_on| ends_on <= last_day) {
        let sentence = "this membership has ended by then already";
        return Err(Refusal::new(Code::AlreadyDone, sentence).at("membership").into());
    }
    if held.role == Role::Admin {
        another_admin(tx, viewer, id).await?;
    }
    let before = said(&held);
    let mut row: membership::ActiveModel = held.into();
    row.ends_on = Set(Some(last_day));
    let row = row.update(&**tx).await?;
    let act = Act::new("endMembership", "Membership", row.id).from_day(last_day);
    audit::record(tx, viewer, act.before(before).after(said(&row))).await?;
    Ok(row)
}

fn needs_admin(viewer: &Viewer) -> Result<(), Refusal> {
    if viewer.administers() {
        return Ok(());
    }
    let sentence = "only an ADMIN of the organisation grants and ends its memberships";
    Err(Refusal::new(Code::NotAllowed, sentence))
}

fn already_held() -> Refusal {
    Refusal::new(Code::AlreadyExists, "the account holds this role in that time already").at("role")
}

async fn overlaps(
    tx: &Writing,
    viewer: &Viewer,
    grant: &Grant,
    starts_on: NaiveDate,
) -> Result<bool, DbErr> {
    let ends_after = Condition::any()
        .add(membership::Column::EndsOn.is_null())
        .add(membership::Column::EndsOn.gte(starts_on));
    let mut same = manages_membership(viewer)
        .filter(membership::Column::AccountId.eq(grant.account))
        .filter(membership::Column::Role.eq(grant.role))
        .filter(ends_after);
    if let Some(last) = grant.ends_on {
        same = same.filter(membership::Column::StartsOn.lte(last));
    }
    Ok(same.one(&**tx).await?.is_some())
}

/// An organisation without an administrator could never grant a role again. The rows are locked,
/// so that two administrators cannot end each other at the same time.
async fn another_admin(tx: &Writing, viewer: &Viewer, but: Uuid) -> Result<(), Stopped> {
    let admins = manages_membership(viewer)
        .filter(membership::Column::Role.eq(Role::Admin))
        .filter(in_force(tx.today()))
        .filter(membership::Column::EndsOn.is_null())
        .lock(HOLDING)
        .all(&**tx)
        .await?;
    if admins.iter().any(|admin| admin.id != but) {
        return Ok(());
    }
    let sentence = "the last ADMIN of an organisation stays: grant somebody else the role first";
    Err(Refusal::new(Code::NotAllowed, sentence).at("membership").into())
}
