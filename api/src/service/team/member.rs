use chrono::NaiveDate;
use domain::policy::{Denied, matrix::FieldGroup};
use entities::{
    membership::{self, Role},
    team_member::{self, ROLES},
    team_post,
};
use sea_orm::{
    ActiveModelTrait, ActiveValue::Set, ColumnTrait, Condition, DbErr, EntityTrait,
    IntoActiveModel, PaginatorTrait, QueryFilter,
};
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use super::{Ground, ground};
use crate::{
    access::{self, facts::whole, membership::in_force},
    auth::Viewer,
    database::{Database, Writing},
    service::{
        Code, Refusal, Stopped,
        audit::{self, Act, said},
    },
};

/// The most seats that a team has, those that have ended among them.
const MOST_MEMBERS: u64 = 1_000;

/// Somebody who is to sit on a team.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct NewMember {
    /// The team.
    pub team: Uuid,
    /// The account.
    pub account: Uuid,
    /// The organisation through which it sits there, and of which it is a member.
    pub employer: Uuid,
    /// The post that it holds, if it holds one.
    pub post: Option<Uuid>,
    /// What it may do when it acts as the team.
    pub role: Role,
    /// First day.
    pub starts_on: NaiveDate,
    /// Last day, if it has one.
    pub ends_on: Option<NaiveDate>,
}

/// Lets somebody of the viewer's own organisation sit on a team.
///
/// # Errors
/// `APPROVAL_NEEDED` for an account that is no member of the viewer's organisation, whether or not
/// there is such an account: another's staff is proposed. Else as [`could_sit`].
pub async fn add(
    database: &Database,
    viewer: &Viewer,
    dry_run: bool,
    new: NewMember,
) -> Result<team_member::Model, Stopped> {
    let new = &new;
    database
        .write(dry_run, |tx| async move {
            let ground = ground(&tx, viewer, new.team, "team").await?;
            viewer.actor().may_seat_on_team(&ground.parties, new.employer)?;
            if !is_employed(&tx, new).await? {
                let refusal = Refusal::new(Code::ApprovalNeeded, Denied::NotYourStaff);
                return Err(refusal.at("account").into());
            }
            seat(&tx, viewer, new).await
        })
        .await
}

/// Seats somebody, once the employer has approved it: the caller has found that out.
///
/// # Errors
/// `NOT_ALLOWED` for an account that is no member of the employer, whether or not there is such an
/// account: the employer is told, and not who proposed it (rule V1). Else as [`could_sit`].
pub async fn seat_approved_in(
    tx: &Writing,
    viewer: &Viewer,
    new: &NewMember,
) -> Result<team_member::Model, Stopped> {
    if !is_employed(tx, new).await? {
        let sentence = "the employer has no member of this account on the first day";
        return Err(Refusal::new(Code::NotAllowed, sentence).at("account").into());
    }
    seat(tx, viewer, new).await
}

/// Whether somebody could be seated, as far as the employer does not have to say.
///
/// # Errors
/// `NOT_FOUND` for the team or the post; `INVALID_VALUE`, `INVALID_DATE`; `ALREADY_EXISTS` when the
/// account sits there in the role in that time.
pub async fn could_sit(tx: &Writing, viewer: &Viewer, new: &NewMember) -> Result<(), Stopped> {
    checked(tx, viewer, new).await.map(drop)
}

async fn checked(tx: &Writing, viewer: &Viewer, new: &NewMember) -> Result<Ground, Stopped> {
    let ground = ground(tx, viewer, new.team, "team").await?;
    ground.holds(new.starts_on, new.ends_on)?;
    if !ROLES.contains(&new.role) {
        let sentence = "a team's members act as COMMISSIONER, FINANCE, APPROVER or VIEWER";
        return Err(Refusal::new(Code::InvalidValue, sentence).at("role").into());
    }
    if let Some(post) = new.post {
        is_of_team(tx, viewer, &ground, (post, new)).await?;
    }
    is_free(tx, new).await?;
    Ok(ground)
}

async fn seat(
    tx: &Writing,
    viewer: &Viewer,
    new: &NewMember,
) -> Result<team_member::Model, Stopped> {
    let ground = checked(tx, viewer, new).await?;
    let row = team_member::Model {
        id: tx.new_id(),
        team_id: new.team,
        account_id: new.account,
        employer_id: new.employer,
        post_id: new.post,
        role: new.role,
        starts_on: new.starts_on,
        ends_on: new.ends_on,
    };
    let row = row.into_active_model().reset_all().insert(&**tx).await?;
    let act = Act::new("addTeamMember", "TeamMember", row.id)
        .under(ground.team.row.agreement_id, FieldGroup::AgreementTerms)
        .from_day(row.starts_on)
        .after(said(&row));
    audit::record(tx, viewer, act).await?;
    Ok(row)
}

#[expect(clippy::disallowed_methods, reason = "whether an account works for its employer")]
async fn is_employed(tx: &Writing, new: &NewMember) -> Result<bool, DbErr> {
    let held = membership::Entity::find()
        .filter(membership::Column::AccountId.eq(new.account))
        .filter(membership::Column::OrganisationId.eq(new.employer))
        .filter(in_force(new.starts_on));
    Ok(held.count(&whole(&**tx)).await? > 0)
}

async fn is_of_team(
    tx: &Writing,
    viewer: &Viewer,
    ground: &Ground,
    (post, new): (Uuid, &NewMember),
) -> Result<(), Stopped> {
    ground.reads(FieldGroup::TeamPosts, "post", "post")?;
    let post = access::team::sees_posts(viewer)
        .filter(team_post::Column::Id.eq(post))
        .filter(team_post::Column::TeamId.eq(new.team))
        .one(&**tx)
        .await?
        .ok_or_else(|| Refusal::not_found("post of this team", "post"))?;
    if post.employer_id == new.employer {
        return Ok(());
    }
    let sentence = "the post is another employer's: whoever holds it sits there through that one";
    Err(Refusal::new(Code::InvalidValue, sentence).at("post").into())
}

#[expect(clippy::disallowed_methods, reason = "the caller found the team through its view")]
async fn is_free(tx: &Writing, new: &NewMember) -> Result<(), Stopped> {
    let seats = || team_member::Entity::find().filter(team_member::Column::TeamId.eq(new.team));
    let not_ended = Condition::any()
        .add(team_member::Column::EndsOn.is_null())
        .add(team_member::Column::EndsOn.gte(new.starts_on));
    let mut same = seats()
        .filter(team_member::Column::AccountId.eq(new.account))
        .filter(team_member::Column::EmployerId.eq(new.employer))
        .filter(team_member::Column::Role.eq(new.role))
        .filter(not_ended);
    if let Some(last) = new.ends_on {
        same = same.filter(team_member::Column::StartsOn.lte(last));
    }
    if same.count(&whole(&**tx)).await? > 0 {
        let sentence = "the account sits on the team in this role in that time already";
        return Err(Refusal::new(Code::AlreadyExists, sentence).at("role").into());
    }
    if seats().count(&whole(&**tx)).await? >= MOST_MEMBERS {
        let sentence = format!("a team has at most {MOST_MEMBERS} seats");
        return Err(Refusal::new(Code::InvalidValue, sentence).at("team").into());
    }
    Ok(())
}

/// Ends a seat: after `last_day`, or at once when none is given, which is to say that yesterday was
/// its last day. Who manages the team does, and the employer does for its own staff.
///
/// # Errors
/// `NOT_FOUND`, `NOT_ALLOWED`; `ALREADY_DONE` when it has ended by then.
pub async fn end(
    database: &Database,
    viewer: &Viewer,
    dry_run: bool,
    (id, last_day): (Uuid, Option<NaiveDate>),
) -> Result<team_member::Model, Stopped> {
    let today = database.clock().today();
    let last_day = last_day.or_else(|| today.pred_opt()).unwrap_or(today);
    database.write(dry_run, |tx| async move { end_in(&tx, viewer, id, last_day).await }).await
}

async fn end_in(
    tx: &Writing,
    viewer: &Viewer,
    id: Uuid,
    last_day: NaiveDate,
) -> Result<team_member::Model, Stopped> {
    let before = access::team::sees_members(viewer)
        .filter(team_member::Column::Id.eq(id))
        .one(&**tx)
        .await?
        .ok_or_else(|| Refusal::not_found("team member", "member"))?;
    let ground = ground(tx, viewer, before.team_id, "member").await?;
    let actor = viewer.actor();
    let for_employer = actor.may_seat_on_team(&ground.parties, before.employer_id);
    for_employer.or_else(|_| actor.may_manage_team(&ground.parties))?;
    if before.ends_on.is_some_and(|ends_on| ends_on <= last_day) {
        let sentence = "this seat has ended by then already";
        return Err(Refusal::new(Code::AlreadyDone, sentence).at("member").into());
    }
    let mut row = before.clone().into_active_model();
    row.ends_on = Set(Some(last_day));
    let row = row.update(&**tx).await?;
    let act = Act::new("endTeamMember", "TeamMember", row.id)
        .under(ground.team.row.agreement_id, FieldGroup::AgreementTerms)
        .from_day(last_day)
        .before(said(&before))
        .after(said(&row));
    audit::record(tx, viewer, act).await?;
    Ok(row)
}
