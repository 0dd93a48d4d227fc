use domain::{policy::matrix::FieldGroup, rules::team_cost};
use entities::{
    team, team_function, team_limit, team_member, team_post, team_post_share,
    value::{FinancialYear, Pence},
};
use sea_orm::{ColumnTrait, ConnectionTrait, DbErr, EntityTrait, QueryFilter, QueryOrder};
use uuid::Uuid;

use crate::{
    access::{self, Seen},
    auth::Viewer,
};

/// A post, and who pays for it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Post {
    /// The post.
    pub row: team_post::Model,
    /// The shares of its cost, in their order.
    pub shares: Vec<team_post_share::Model>,
}

/// What posts cost in a year, and who pays.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Costs {
    /// The whole; null where it does not fit.
    pub total: Option<Pence>,
    /// Of each partner its part; they add up to the whole.
    pub by_partner: Vec<(Uuid, Option<Pence>)>,
}

impl Post {
    /// What it costs in a year: its days of it.
    #[must_use]
    pub fn cost_in(&self, year: FinancialYear) -> Pence {
        let days = (self.row.starts_on, self.row.ends_on);
        team_cost::in_year(self.row.cost_pence, days, year)
    }

    /// What each partner pays for it in a year, in their order (rule M2).
    #[must_use]
    pub fn shared_in(&self, year: FinancialYear) -> Vec<(Uuid, Pence)> {
        let weights: Vec<i64> = self.shares.iter().map(|share| share.weight).collect();
        // Without a share nobody pays: the database keeps no such post.
        let parts = team_cost::shared(self.cost_in(year), &weights).unwrap_or_default();
        self.shares.iter().map(|share| share.partner_id).zip(parts).collect()
    }
}

/// What these posts cost in a year.
#[must_use]
pub fn costs(posts: &[Post], year: FinancialYear) -> Costs {
    let mut total = Some(Pence::ZERO);
    let mut by_partner: Vec<(Uuid, Option<Pence>)> = Vec::new();
    for (partner, amount) in posts.iter().flat_map(|post| post.shared_in(year)) {
        total = total.and_then(|sum| sum.plus(amount));
        match by_partner.iter_mut().find(|(other, _)| *other == partner) {
            Some((_, sum)) => *sum = sum.and_then(|sum| sum.plus(amount)),
            None => by_partner.push((partner, Some(amount))),
        }
    }
    Costs { total, by_partner }
}

/// The teams with these identities that the viewer sees.
///
/// # Errors
/// A fault of the database.
pub async fn by_ids(
    connection: &impl ConnectionTrait,
    viewer: &Viewer,
    ids: &[Uuid],
) -> Result<Vec<Seen<team::Model>>, DbErr> {
    let found = access::team::sees_teams(viewer)
        .filter(team::Column::Id.is_in(ids.iter().copied()))
        .all(connection)
        .await?;
    Ok(found.into_iter().map(|row| access::team::seen(viewer, row)).collect())
}

/// The teams of these agreements that the viewer sees, by name.
///
/// # Errors
/// A fault of the database.
pub async fn of_agreements(
    connection: &impl ConnectionTrait,
    viewer: &Viewer,
    agreements: &[Uuid],
) -> Result<Vec<Seen<team::Model>>, DbErr> {
    let found = access::team::sees_teams(viewer)
        .filter(team::Column::AgreementId.is_in(agreements.iter().copied()))
        .order_by_asc(team::Column::Name)
        .order_by_asc(team::Column::Id)
        .all(connection)
        .await?;
    Ok(found.into_iter().map(|row| access::team::seen(viewer, row)).collect())
}

/// The posts of these teams that the viewer sees, in the order in which they began.
///
/// # Errors
/// A fault of the database.
pub async fn posts_of(
    connection: &impl ConnectionTrait,
    viewer: &Viewer,
    teams: &[Uuid],
) -> Result<Vec<Post>, DbErr> {
    let rows = access::team::sees_posts(viewer)
        .filter(team_post::Column::TeamId.is_in(teams.iter().copied()))
        .order_by_asc(team_post::Column::StartsOn)
        .order_by_asc(team_post::Column::Id)
        .all(connection)
        .await?;
    let ids: Vec<Uuid> = rows.iter().map(|row| row.id).collect();
    let shares = shares_of(connection, &ids).await?;
    let post = |row: team_post::Model| {
        let own = shares.iter().filter(|share| share.post_id == row.id).cloned().collect();
        Post { row, shares: own }
    };
    Ok(rows.into_iter().map(post).collect())
}

/// The shares of posts that the caller has found through its view.
#[expect(clippy::disallowed_methods, reason = "the caller found the posts through its view")]
pub(super) async fn shares_of(
    connection: &impl ConnectionTrait,
    posts: &[Uuid],
) -> Result<Vec<team_post_share::Model>, DbErr> {
    team_post_share::Entity::find()
        .filter(team_post_share::Column::PostId.is_in(posts.iter().copied()))
        .order_by_asc(team_post_share::Column::PostId)
        .order_by_asc(team_post_share::Column::Position)
        .all(connection)
        .await
}

/// The seats on these teams that the viewer sees, in the order in which they began.
///
/// # Errors
/// A fault of the database.
pub async fn members_of(
    connection: &impl ConnectionTrait,
    viewer: &Viewer,
    teams: &[Uuid],
) -> Result<Vec<team_member::Model>, DbErr> {
    access::team::sees_members(viewer)
        .filter(team_member::Column::TeamId.is_in(teams.iter().copied()))
        .order_by_asc(team_member::Column::StartsOn)
        .order_by_asc(team_member::Column::Id)
        .all(connection)
        .await
}

/// The limits of these teams that the viewer sees, in the order in which they begin.
///
/// # Errors
/// A fault of the database.
pub async fn limits_of(
    connection: &impl ConnectionTrait,
    viewer: &Viewer,
    teams: &[Uuid],
) -> Result<Vec<team_limit::Model>, DbErr> {
    access::team::sees_limits(viewer)
        .filter(team_limit::Column::TeamId.is_in(teams.iter().copied()))
        .order_by_asc(team_limit::Column::StartsOn)
        .order_by_asc(team_limit::Column::RecordedAt)
        .all(connection)
        .await
}

/// The functions of these teams that the viewer sees, in the order in which they began.
///
/// # Errors
/// A fault of the database.
pub async fn functions_of(
    connection: &impl ConnectionTrait,
    viewer: &Viewer,
    teams: &[Uuid],
) -> Result<Vec<team_function::Model>, DbErr> {
    access::team::sees_functions(viewer)
        .filter(team_function::Column::TeamId.is_in(teams.iter().copied()))
        .order_by_asc(team_function::Column::StartsOn)
        .order_by_asc(team_function::Column::Id)
        .all(connection)
        .await
}

/// True when the viewer reads the posts of a team and what they cost.
#[must_use]
pub fn reads_posts(team: &Seen<team::Model>) -> bool {
    team.reads(FieldGroup::TeamPosts)
}
