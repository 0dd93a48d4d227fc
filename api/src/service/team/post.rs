use chrono::NaiveDate;
use domain::policy::matrix::FieldGroup;
use entities::{
    team_post::{self, Arrangement},
    team_post_share,
    value::Pence,
};
use sea_orm::{
    ActiveModelTrait, ActiveValue::Set, ColumnTrait, EntityTrait, IntoActiveModel, PaginatorTrait,
    QueryFilter,
};
use uuid::Uuid;

use super::{Ground, Post, ground, read};
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

/// The most posts that a team has, those that have ended among them.
const MOST_POSTS: u64 = 500;
/// The most partners that share a post's cost.
const MOST_SHARES: usize = 50;
/// The most characters of a title or a function.
const LONGEST: usize = 200;

/// A post that is to be recorded.
#[derive(Clone, Debug)]
pub struct NewPost {
    /// The team.
    pub team: Uuid,
    /// What it is called.
    pub title: String,
    /// Who employs whoever holds it.
    pub employer: Uuid,
    /// What it does.
    pub function: String,
    /// How much of a full-time post it is, in thousandths.
    pub whole_time_equivalent_thousandths: i32,
    /// How its holder works for the team.
    pub arrangement: Arrangement,
    /// What it costs in a whole year.
    pub cost: Pence,
    /// Who pays, in the order that decides who gets odd pennies.
    pub shares: Vec<NewShare>,
    /// First day.
    pub starts_on: NaiveDate,
    /// Last day, if it has one.
    pub ends_on: Option<NaiveDate>,
}

/// A partner's part in a post's cost.
#[derive(Clone, Copy, Debug)]
pub struct NewShare {
    /// The partner.
    pub partner: Uuid,
    /// Its weight.
    pub weight: i64,
}

/// That a post ends.
#[derive(Clone, Copy, Debug)]
pub struct PostEnd {
    /// The post.
    pub post: Uuid,
    /// Its version as the caller read it.
    pub expected_version: i32,
    /// Its last day.
    pub ends_on: NaiveDate,
}

/// Records a post of a team.
///
/// # Errors
/// `NOT_FOUND`, `NOT_ALLOWED`, `INVALID_VALUE`, `INVALID_MONEY`, or `INVALID_DATE`.
pub async fn add(
    database: &Database,
    viewer: &Viewer,
    dry_run: bool,
    new: NewPost,
) -> Result<Post, Stopped> {
    let new = &new;
    database.write(dry_run, |tx| async move { add_in(&tx, viewer, new).await }).await
}

async fn add_in(tx: &Writing, viewer: &Viewer, new: &NewPost) -> Result<Post, Stopped> {
    let ground = ground(tx, viewer, new.team, "team").await?;
    viewer.actor().may_write_team_posts(&ground.parties, new.team)?;
    let row = checked(tx, &ground, new).await?;
    let row = row.into_active_model().reset_all().insert(&**tx).await?;
    let share = |(share, position): (&NewShare, i32)| team_post_share::Model {
        post_id: row.id,
        position,
        partner_id: share.partner,
        weight: share.weight,
    };
    let shares: Vec<_> = new.shares.iter().zip(1..).map(share).collect();
    let rows = shares.iter().cloned().map(IntoActiveModel::into_active_model);
    team_post_share::Entity::insert_many(rows).exec_without_returning(&**tx).await?;
    let act = Act::new("addTeamPost", "TeamPost", row.id)
        .under(ground.team.row.agreement_id, FieldGroup::TeamPosts)
        .from_day(row.starts_on)
        .after(said(&row).with("shares", &shares));
    audit::record(tx, viewer, act).await?;
    Ok(Post { row, shares })
}

async fn checked(
    tx: &Writing,
    ground: &Ground,
    new: &NewPost,
) -> Result<team_post::Model, Stopped> {
    ground.holds(new.starts_on, new.ends_on)?;
    organisation_exists(tx, new.employer, "employer").await?;
    if !(1..=1_000_000).contains(&new.whole_time_equivalent_thousandths) {
        let sentence = "write thousandths of a full-time post above zero: 1000 is 1.0";
        let refusal = Refusal::new(Code::InvalidValue, sentence);
        return Err(refusal.at("wholeTimeEquivalentThousandths").into());
    }
    if new.cost.is_negative() {
        let sentence = "a post costs nothing or more";
        return Err(Refusal::new(Code::InvalidValue, sentence).at("cost").into());
    }
    shares(ground, &new.shares)?;
    has_room(tx, new.team).await?;
    Ok(team_post::Model {
        id: tx.new_id(),
        team_id: new.team,
        title: text::required(&new.title, LONGEST, "title")?,
        employer_id: new.employer,
        function: text::required(&new.function, LONGEST, "function")?,
        whole_time_equivalent_thousandths: new.whole_time_equivalent_thousandths,
        arrangement: new.arrangement,
        cost_pence: new.cost,
        starts_on: new.starts_on,
        ends_on: new.ends_on,
        version: 1,
    })
}

fn shares(ground: &Ground, shares: &[NewShare]) -> Result<(), Refusal> {
    if shares.is_empty() || shares.len() > MOST_SHARES {
        let sentence = format!("name 1 to {MOST_SHARES} partners who pay for the post");
        return Err(Refusal::new(Code::InvalidValue, sentence).at("shares"));
    }
    for (place, share) in shares.iter().enumerate() {
        let parties = &ground.parties;
        let is_party =
            parties.host == Some(share.partner) || parties.partners.contains(&share.partner);
        let why = if !is_party {
            ("partner", "the organisation named is not a partner of the agreement")
        } else if shares[..place].iter().any(|other| other.partner == share.partner) {
            ("partner", "this partner appears twice: give it one share")
        } else if share.weight <= 0 {
            ("weight", "write a weight above zero")
        } else {
            continue;
        };
        let path = format!("shares.{place}.{}", why.0);
        return Err(Refusal::new(Code::InvalidValue, why.1).at(&path));
    }
    Ok(())
}

#[expect(clippy::disallowed_methods, reason = "the caller found the team through its view")]
async fn has_room(tx: &Writing, team: Uuid) -> Result<(), Stopped> {
    let posts = team_post::Entity::find().filter(team_post::Column::TeamId.eq(team));
    if posts.count(&whole(&**tx)).await? < MOST_POSTS {
        return Ok(());
    }
    let sentence = format!("a team has at most {MOST_POSTS} posts");
    Err(Refusal::new(Code::InvalidValue, sentence).at("team").into())
}

/// Ends a post after a day; one that would end before it begins was withdrawn.
///
/// # Errors
/// `NOT_FOUND`, `NOT_ALLOWED`, `STALE_VERSION`; `ALREADY_DONE` when it has ended by then.
pub async fn end(
    database: &Database,
    viewer: &Viewer,
    dry_run: bool,
    end: PostEnd,
) -> Result<Post, Stopped> {
    database.write(dry_run, |tx| async move { end_in(&tx, viewer, end).await }).await
}

async fn end_in(tx: &Writing, viewer: &Viewer, end: PostEnd) -> Result<Post, Stopped> {
    let before = access::team::sees_posts(viewer)
        .filter(team_post::Column::Id.eq(end.post))
        .one(&**tx)
        .await?
        .ok_or_else(|| Refusal::not_found("post", "post"))?;
    let ground = ground(tx, viewer, before.team_id, "post").await?;
    viewer.actor().may_write_team_posts(&ground.parties, before.team_id)?;
    if before.version != end.expected_version {
        return Err(Refusal::stale(before.version).into());
    }
    if before.ends_on.is_some_and(|last| last <= end.ends_on) {
        let sentence = "this post has ended by then already";
        return Err(Refusal::new(Code::AlreadyDone, sentence).at("post").into());
    }
    let mut row = before.clone().into_active_model();
    row.ends_on = Set(Some(end.ends_on));
    row.version = Set(before.version + 1);
    let row = row.update(&**tx).await?;
    let act = Act::new("endTeamPost", "TeamPost", row.id)
        .under(ground.team.row.agreement_id, FieldGroup::TeamPosts)
        .from_day(end.ends_on)
        .before(said(&before))
        .after(said(&row));
    audit::record(tx, viewer, act).await?;
    let shares = read::shares_of(&**tx, &[row.id]).await?;
    Ok(Post { row, shares })
}
