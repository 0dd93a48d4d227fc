//! The posts of joint commissioning teams, and what they cost.

use async_graphql::{Context, Enum, ID, Object, Result};
use entities::{team_post::Arrangement as Row, team_post_share, value};
use uuid::Uuid;

use super::{
    node::Kind,
    organisation::Organisation,
    request::stopped,
    scalars::{Date, FinancialYear, Money},
};
use crate::{
    connection,
    service::team::{Costs, Post, costs},
};

/// How somebody works for a team.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Enum)]
#[graphql(remote = "Row")]
pub enum TeamPostArrangement {
    /// Employed for the team.
    Employed,
    /// Lent to the team by its employer.
    Seconded,
    /// Under an honorary contract.
    Honorary,
    /// Shared between the team and its employer's other work.
    Shared,
}

/// A post of a team. Whoever reads the team's posts sees it.
#[derive(Clone, Debug)]
pub struct TeamPost(pub Post);

/// A partner's part in the cost of a post.
#[derive(Clone, Debug)]
pub struct TeamPostShare(team_post_share::Model);

/// What posts cost in a financial year, and who pays.
#[derive(Clone, Debug)]
pub struct TeamCosts(Costs);

/// What one partner pays for posts in a financial year.
#[derive(Clone, Debug)]
pub struct TeamCostOfPartner(Uuid, Option<value::Pence>);

connection!(TeamPostConnection, TeamPostEdge, TeamPost, "a team's posts, in the order they began");

impl TeamCosts {
    /// What these posts cost in a year.
    #[must_use]
    pub fn of(posts: &[Post], year: value::FinancialYear) -> Self {
        Self(costs(posts, year))
    }
}

/// A post of a team. Whoever reads the team's posts sees it.
#[Object]
impl TeamPost {
    /// The identity, opaque and lasting.
    async fn id(&self) -> ID {
        Kind::TeamPost.id(self.0.row.id)
    }

    /// What the post is called; never a person's name.
    async fn title(&self) -> &str {
        &self.0.row.title
    }

    /// The organisation that employs whoever holds it.
    async fn employer(&self, ctx: &Context<'_>) -> Result<Organisation> {
        Organisation::referred(ctx, self.0.row.employer_id).await
    }

    /// What it does.
    async fn function(&self) -> &str {
        &self.0.row.function
    }

    /// How much of a full-time post it is, in thousandths: 1000 is 1.0.
    async fn whole_time_equivalent_thousandths(&self) -> i32 {
        self.0.row.whole_time_equivalent_thousandths
    }

    /// How its holder works for the team.
    async fn arrangement(&self) -> TeamPostArrangement {
        self.0.row.arrangement.into()
    }

    /// What it costs in a whole financial year, in pounds, at its whole-time equivalent.
    async fn annual_cost(&self) -> Money {
        self.0.row.cost_pence.into()
    }

    /// Who pays for it, in the order that decides who gets odd pennies (rule M2).
    async fn shares(&self) -> Vec<TeamPostShare> {
        self.0.shares.iter().cloned().map(TeamPostShare).collect()
    }

    /// What it costs in a financial year, by its days of that year, and what each partner pays.
    async fn costs(
        &self,
        #[graphql(desc = "The year.")] financial_year: FinancialYear,
    ) -> Result<TeamCosts> {
        let year = financial_year.year("financialYear").map_err(|why| stopped(why.into()))?;
        Ok(TeamCosts::of(std::slice::from_ref(&self.0), year))
    }

    /// First day.
    async fn starts_on(&self) -> Date {
        self.0.row.starts_on.into()
    }

    /// Last day; null while no end is known. A post that ends before it starts was withdrawn.
    async fn ends_on(&self) -> Option<Date> {
        self.0.row.ends_on.map(Date::from)
    }

    /// Counts its changes, for `expectedVersion`.
    async fn version(&self) -> i32 {
        self.0.row.version
    }
}

/// A partner's part in the cost of a post.
#[Object]
impl TeamPostShare {
    /// The partner that pays.
    async fn partner(&self, ctx: &Context<'_>) -> Result<Organisation> {
        Organisation::referred(ctx, self.0.partner_id).await
    }

    /// Its weight: the whole is the sum of the weights.
    async fn weight(&self) -> i32 {
        i32::try_from(self.0.weight).unwrap_or(i32::MAX)
    }
}

/// What posts cost in a financial year, and who pays.
#[Object]
impl TeamCosts {
    /// The whole, in pounds; null only where it is larger than any amount.
    async fn total(&self) -> Option<Money> {
        self.0.total.map(Money::from)
    }

    /// What each partner pays, in the order in which the posts name them. The parts add up to the
    /// whole.
    async fn by_partner(&self) -> Vec<TeamCostOfPartner> {
        let of = |&(partner, amount): &(Uuid, _)| TeamCostOfPartner(partner, amount);
        self.0.by_partner.iter().map(of).collect()
    }
}

/// What one partner pays for posts in a financial year.
#[Object]
impl TeamCostOfPartner {
    /// The partner.
    async fn partner(&self, ctx: &Context<'_>) -> Result<Organisation> {
        Organisation::referred(ctx, self.0).await
    }

    /// What it pays, in pounds; null only where it is larger than any amount.
    async fn amount(&self) -> Option<Money> {
        self.1.map(Money::from)
    }
}
