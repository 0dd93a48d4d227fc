//! What is sent to set teams up, to change them, and to delegate to them.

use async_graphql::{ID, InputObject, MaybeUndefined};

use super::{
    membership::Role,
    node::Kind,
    scalars::{Date, Money},
    team::TeamLimitKind,
    team_post::TeamPostArrangement,
};
use crate::{
    auth::Viewer,
    service::{
        Refusal,
        team::{
            Moved, NewFunction, NewLimit, NewMember, NewPost, NewShare, NewTeam, PostEnd,
            TeamChange,
        },
    },
};

/// A team that is to be set up.
#[derive(Clone, Debug, InputObject)]
pub struct CreateTeamInput {
    /// The agreement for which it acts.
    pub agreement: ID,
    /// Its name, 1 to 200 characters; unique in the agreement.
    pub name: String,
    /// The service area, 1 to 200 characters.
    pub service_area: String,
    /// First day, in the agreement's term.
    pub starts_on: Date,
    /// Last day, if it has one.
    pub ends_on: Option<Date>,
    /// True to check everything and write nothing.
    #[graphql(default)]
    pub dry_run: bool,
}

/// What is to be changed of a team. What is left out stays; null takes the last day away.
#[derive(Clone, Debug, InputObject)]
pub struct UpdateTeamInput {
    /// The team.
    pub team: ID,
    /// Its version as you read it.
    pub expected_version: i32,
    /// Another name, 1 to 200 characters.
    pub name: Option<String>,
    /// Another service area, 1 to 200 characters.
    pub service_area: Option<String>,
    /// Last day: nobody acts as the team afterwards.
    pub ends_on: MaybeUndefined<Date>,
    /// True to check everything and write nothing.
    #[graphql(default)]
    pub dry_run: bool,
}

/// A partner's part in the cost of a post.
#[derive(Clone, Debug, InputObject)]
pub struct TeamPostShareInput {
    /// The partner that pays.
    pub partner: ID,
    /// Its weight, above zero: the whole is the sum of the weights.
    pub weight: i32,
}

/// A post that is to be recorded.
#[derive(Clone, Debug, InputObject)]
pub struct AddTeamPostInput {
    /// The team.
    pub team: ID,
    /// What it is called, 1 to 200 characters; never a person's name.
    pub title: String,
    /// The organisation that employs whoever holds it.
    pub employer: ID,
    /// What it does, 1 to 200 characters.
    pub function: String,
    /// How much of a full-time post it is, in thousandths: 1000 is 1.0.
    pub whole_time_equivalent_thousandths: i32,
    /// How its holder works for the team.
    pub arrangement: TeamPostArrangement,
    /// What it costs in a whole financial year, in pounds, at its whole-time equivalent.
    pub annual_cost: Money,
    /// The partners who pay, 1 to 50, in the order that decides who gets odd pennies (rule M2).
    pub shares: Vec<TeamPostShareInput>,
    /// First day, in the days of the team.
    pub starts_on: Date,
    /// Last day, if it has one.
    pub ends_on: Option<Date>,
    /// True to check everything and write nothing.
    #[graphql(default)]
    pub dry_run: bool,
}

/// A post that ends.
#[derive(Clone, Debug, InputObject)]
pub struct EndTeamPostInput {
    /// The post.
    pub post: ID,
    /// Its version as you read it.
    pub expected_version: i32,
    /// Its last day; a day before its first withdraws it.
    pub ends_on: Date,
    /// True to check everything and write nothing.
    #[graphql(default)]
    pub dry_run: bool,
}

/// Somebody of your organisation who is to sit on a team.
#[derive(Clone, Debug, InputObject)]
pub struct AddTeamMemberInput {
    /// The team.
    pub team: ID,
    /// The account's id, of a member of your organisation.
    pub account: ID,
    /// The post that it holds, if it holds one of your organisation's.
    pub post: Option<ID>,
    /// What it may do when it acts as the team: COMMISSIONER, FINANCE, APPROVER or VIEWER.
    pub role: Role,
    /// First day; today when left out.
    pub starts_on: Option<Date>,
    /// Last day, if it has one.
    pub ends_on: Option<Date>,
    /// True to check everything and write nothing.
    #[graphql(default)]
    pub dry_run: bool,
}

/// A seat on a team that ends.
#[derive(Clone, Debug, InputObject)]
pub struct EndTeamMemberInput {
    /// The seat.
    pub member: ID,
    /// Last day; when left out, the seat ends at once, and yesterday is its last day.
    pub ends_on: Option<Date>,
    /// True to check everything and write nothing.
    #[graphql(default)]
    pub dry_run: bool,
}

/// A limit that is to be delegated. Earlier limits stay on record.
#[derive(Clone, Debug, InputObject)]
pub struct DelegateLimitInput {
    /// The team.
    pub team: ID,
    /// What it is delegated for.
    pub kind: TeamLimitKind,
    /// The most that one of it may come to, in pounds; nothing takes the limit away.
    pub amount: Money,
    /// First day, today or later; today when left out.
    pub starts_on: Option<Date>,
    /// Last day, if it has one.
    pub ends_on: Option<Date>,
    /// True to check everything and write nothing.
    #[graphql(default)]
    pub dry_run: bool,
}

/// Something that a team is to do.
#[derive(Clone, Debug, InputObject)]
pub struct AddTeamFunctionInput {
    /// The team.
    pub team: ID,
    /// What it is called, 1 to 200 characters.
    pub name: String,
    /// First day, in the days of the team.
    pub starts_on: Date,
    /// True to check everything and write nothing.
    #[graphql(default)]
    pub dry_run: bool,
}

/// A function that moves to a provider.
#[derive(Clone, Debug, InputObject)]
pub struct MoveTeamFunctionInput {
    /// The function.
    pub function: ID,
    /// The provider.
    pub provider: ID,
    /// The first day on which the provider does it.
    pub moved_on: Date,
    /// True to check everything and write nothing.
    #[graphql(default)]
    pub dry_run: bool,
}

fn ends_on(day: Option<&Date>) -> Result<Option<chrono::NaiveDate>, Refusal> {
    day.map(|day| day.day("endsOn")).transpose()
}

impl CreateTeamInput {
    pub(super) fn read(&self) -> Result<NewTeam, Refusal> {
        Ok(NewTeam {
            agreement: Kind::Agreement.read(&self.agreement, "agreement")?,
            name: self.name.clone(),
            service_area: self.service_area.clone(),
            starts_on: self.starts_on.day("startsOn")?,
            ends_on: ends_on(self.ends_on.as_ref())?,
        })
    }
}

impl UpdateTeamInput {
    pub(super) fn read(&self) -> Result<TeamChange, Refusal> {
        let last_day = match &self.ends_on {
            MaybeUndefined::Undefined => None,
            MaybeUndefined::Null => Some(None),
            MaybeUndefined::Value(day) => Some(Some(day.day("endsOn")?)),
        };
        Ok(TeamChange {
            team: Kind::Team.read(&self.team, "team")?,
            expected_version: self.expected_version,
            name: self.name.clone(),
            service_area: self.service_area.clone(),
            ends_on: last_day,
        })
    }
}

impl AddTeamPostInput {
    pub(super) fn read(&self) -> Result<NewPost, Refusal> {
        let share = |(place, share): (usize, &TeamPostShareInput)| {
            let partner =
                Kind::Organisation.read(&share.partner, &format!("shares.{place}.partner"))?;
            Ok(NewShare { partner, weight: i64::from(share.weight) })
        };
        Ok(NewPost {
            team: Kind::Team.read(&self.team, "team")?,
            title: self.title.clone(),
            employer: Kind::Organisation.read(&self.employer, "employer")?,
            function: self.function.clone(),
            whole_time_equivalent_thousandths: self.whole_time_equivalent_thousandths,
            arrangement: self.arrangement.into(),
            cost: self.annual_cost.pence("annualCost")?,
            shares: self.shares.iter().enumerate().map(share).collect::<Result<_, Refusal>>()?,
            starts_on: self.starts_on.day("startsOn")?,
            ends_on: ends_on(self.ends_on.as_ref())?,
        })
    }
}

impl EndTeamPostInput {
    pub(super) fn read(&self) -> Result<PostEnd, Refusal> {
        Ok(PostEnd {
            post: Kind::TeamPost.read(&self.post, "post")?,
            expected_version: self.expected_version,
            ends_on: self.ends_on.day("endsOn")?,
        })
    }
}

impl AddTeamMemberInput {
    pub(super) fn read(&self, viewer: &Viewer) -> Result<NewMember, Refusal> {
        let starts_on = self.starts_on.as_ref().map(|day| day.day("startsOn")).transpose()?;
        let post = self.post.as_ref().map(|id| Kind::TeamPost.read(id, "post")).transpose()?;
        Ok(NewMember {
            team: Kind::Team.read(&self.team, "team")?,
            account: Kind::Account.read(&self.account, "account")?,
            employer: viewer.organisation,
            post,
            role: self.role.into(),
            starts_on: starts_on.unwrap_or(viewer.today),
            ends_on: ends_on(self.ends_on.as_ref())?,
        })
    }
}

impl EndTeamMemberInput {
    pub(super) fn read(&self) -> Result<(uuid::Uuid, Option<chrono::NaiveDate>), Refusal> {
        Ok((Kind::TeamMember.read(&self.member, "member")?, ends_on(self.ends_on.as_ref())?))
    }
}

impl DelegateLimitInput {
    pub(super) fn read(&self) -> Result<NewLimit, Refusal> {
        Ok(NewLimit {
            team: Kind::Team.read(&self.team, "team")?,
            kind: self.kind.into(),
            amount: self.amount.pence("amount")?,
            starts_on: self.starts_on.as_ref().map(|day| day.day("startsOn")).transpose()?,
            ends_on: ends_on(self.ends_on.as_ref())?,
        })
    }
}

impl AddTeamFunctionInput {
    pub(super) fn read(&self) -> Result<NewFunction, Refusal> {
        Ok(NewFunction {
            team: Kind::Team.read(&self.team, "team")?,
            name: self.name.clone(),
            starts_on: self.starts_on.day("startsOn")?,
        })
    }
}

impl MoveTeamFunctionInput {
    pub(super) fn read(&self) -> Result<Moved, Refusal> {
        Ok(Moved {
            function: Kind::TeamFunction.read(&self.function, "function")?,
            provider: Kind::Organisation.read(&self.provider, "provider")?,
            moved_on: self.moved_on.day("movedOn")?,
        })
    }
}
