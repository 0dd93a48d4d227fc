use chrono::NaiveDate;
use domain::policy::matrix::FieldGroup;
use entities::{
    team_limit::{self, LimitKind},
    value::Pence,
};
use sea_orm::{ActiveModelTrait, IntoActiveModel};
use uuid::Uuid;

use super::ground;
use crate::{
    auth::Viewer,
    database::{Database, Writing},
    service::{
        Code, Refusal, Stopped,
        audit::{self, Act, said},
    },
};

/// A limit that is to be delegated.
#[derive(Clone, Copy, Debug)]
pub struct NewLimit {
    /// The team.
    pub team: Uuid,
    /// Of what.
    pub kind: LimitKind,
    /// The most that one of it may come to; nothing takes the limit away.
    pub amount: Pence,
    /// First day; today when none is given.
    pub starts_on: Option<NaiveDate>,
    /// Last day, if it has one.
    pub ends_on: Option<NaiveDate>,
}

/// Delegates to a team, from a day on. Earlier limits stay on record.
///
/// # Errors
/// `NOT_FOUND`, `NOT_ALLOWED`, `INVALID_VALUE`; `INVALID_DATE` for a day that has passed: what a team
/// was allowed is not changed afterwards.
pub async fn delegate(
    database: &Database,
    viewer: &Viewer,
    dry_run: bool,
    new: NewLimit,
) -> Result<team_limit::Model, Stopped> {
    database.write(dry_run, |tx| async move { delegate_in(&tx, viewer, new).await }).await
}

async fn delegate_in(
    tx: &Writing,
    viewer: &Viewer,
    new: NewLimit,
) -> Result<team_limit::Model, Stopped> {
    let ground = ground(tx, viewer, new.team, "team").await?;
    viewer.actor().may_manage_team(&ground.parties)?;
    let starts_on = new.starts_on.unwrap_or_else(|| tx.today());
    if starts_on < tx.today() {
        let sentence = format!("{starts_on} has passed: a limit begins today or later");
        return Err(Refusal::new(Code::InvalidDate, sentence).at("startsOn").into());
    }
    ground.holds(starts_on, new.ends_on)?;
    if new.amount.is_negative() {
        let sentence = "a limit is nothing or more: nothing takes it away";
        return Err(Refusal::new(Code::InvalidValue, sentence).at("amount").into());
    }
    let row = team_limit::Model {
        id: tx.new_id(),
        team_id: new.team,
        kind: new.kind,
        amount_pence: new.amount,
        starts_on,
        ends_on: new.ends_on,
        recorded_at: tx.now(),
    };
    let row = row.into_active_model().reset_all().insert(&**tx).await?;
    let act = Act::new("delegateLimit", "TeamLimit", row.id)
        .under(ground.team.row.agreement_id, FieldGroup::AgreementTerms)
        .from_day(row.starts_on)
        .after(said(&row));
    audit::record(tx, viewer, act).await?;
    Ok(row)
}
