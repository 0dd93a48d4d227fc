//! Joint commissioning teams of an agreement: set up and changed, with their posts, members, limits
//! and functions.

mod create;
mod function;
mod limit;
mod member;
mod post;
mod read;

use domain::policy::{Denied, Parties, matrix::FieldGroup};
use entities::{team, team_member};
use sea_orm::{ConnectionTrait, DbErr};
use uuid::Uuid;

use super::{Code, Refusal, Stopped};
use crate::{
    access::{self, Seen, facts::partners},
    auth::Viewer,
    database::Writing,
};

pub use create::{NewTeam, TeamChange, create, create_in, update, update_in};
pub use function::{Moved, NewFunction, add as add_function, move_to_provider};
pub use limit::{NewLimit, delegate};
pub use member::{NewMember, add as add_member, could_sit, end as end_member, seat_approved_in};
pub use post::{NewPost, NewShare, PostEnd, add as add_post, end as end_post};
pub use read::{
    Costs, Post, by_ids, costs, functions_of, limits_of, members_of, of_agreements, posts_of,
    reads_posts,
};

/// What the viewer may do to a team: the same decisions that guard the doing.
#[derive(Clone, Copy, Debug)]
pub struct Permissions {
    /// Changing it, and delegating to it.
    pub manage: Result<(), Denied>,
    /// Recording its posts and functions.
    pub write_posts: Result<(), Denied>,
    /// Seating staff of the viewer's own organisation on it.
    pub seat_own_staff: Result<(), Denied>,
}

/// What the viewer may do to a team of an agreement between these parties.
#[must_use]
pub fn permissions(viewer: &Viewer, parties: &Parties, team: Uuid) -> Permissions {
    let actor = viewer.actor();
    Permissions {
        manage: actor.may_manage_team(parties),
        write_posts: actor.may_write_team_posts(parties, team),
        seat_own_staff: actor.may_seat_on_team(parties, viewer.organisation),
    }
}

/// The viewer's own seats on teams, past, present and to come.
///
/// # Errors
/// When the database fails.
pub async fn own_seats(
    connection: &impl ConnectionTrait,
    viewer: &Viewer,
) -> Result<Vec<(team_member::Model, team::Model)>, DbErr> {
    match viewer.account {
        Some(account) => access::team::of_account(connection, account).await,
        None => Ok(Vec::new()),
    }
}

/// A team that the viewer sees, and the facts by which the policy decides about it.
struct Ground {
    team: Seen<team::Model>,
    parties: Parties,
}

/// Finds the team `id` through the viewer's scope.
async fn ground(tx: &Writing, viewer: &Viewer, id: Uuid, path: &str) -> Result<Ground, Stopped> {
    let team = access::team::visible(&**tx, viewer, id)
        .await?
        .ok_or_else(|| Refusal::not_found("team", path))?;
    let partnership = partners::of_agreement(&**tx, team.row.agreement_id).await?;
    let parties = partnership.parties_on(viewer.today);
    Ok(Ground { team, parties })
}

impl Ground {
    /// Finds what belongs to a team, and hides it where its group of fields is not read.
    fn reads(&self, group: FieldGroup, what: &str, path: &str) -> Result<(), Refusal> {
        if self.team.reads(group) { Ok(()) } else { Err(Refusal::not_found(what, path)) }
    }

    /// Whether something of the team can begin on a day and end on another.
    fn holds(
        &self,
        starts_on: chrono::NaiveDate,
        ends_on: Option<chrono::NaiveDate>,
    ) -> Result<(), Refusal> {
        let team = &self.team.row;
        if starts_on < team.starts_on || team.ends_on.is_some_and(|last| last < starts_on) {
            let sentence = format!("{starts_on} lies outside the days of the team");
            return Err(Refusal::new(Code::InvalidDate, sentence).at("startsOn"));
        }
        if ends_on.is_some_and(|last| last < starts_on) {
            let sentence = "it cannot end before it begins";
            return Err(Refusal::new(Code::InvalidDate, sentence).at("endsOn"));
        }
        Ok(())
    }
}
