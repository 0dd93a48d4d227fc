//! Joint commissioning teams.

use async_graphql::{Context, Enum, ID, Object, Result, SimpleObject};
use domain::policy::matrix::FieldGroup;
use entities::{team, team_function, team_limit, team_member};

use super::{
    agreement::PartnershipAgreement,
    agreement_loaders::PartnersOf,
    loaders::Loading,
    membership::Role,
    node::Kind,
    organisation::Organisation,
    paging::{PageArguments, page_of},
    request::{Asked, stopped},
    scalars::{Date, FinancialYear, Money},
    team_loaders::{TeamById, TeamFunctionsOf, TeamLimitsOf, TeamMembersOf, TeamPostsOf},
    team_post::{TeamCosts, TeamPost, TeamPostConnection},
    withheld::{Permission, Withheld},
};
use crate::{
    access::Seen,
    connection,
    service::team::{self as service, Post},
};

/// People of several partners who act for the partnership in a service area, within limits. Whoever
/// reads the terms of its agreement sees it.
#[derive(Clone, Debug)]
pub struct Team(pub Seen<team::Model>);

/// A seat on a team: an account, and what it may do when it acts as the team.
#[derive(Clone, Debug)]
pub struct TeamMember(pub team_member::Model);

/// Up to how much a team decides alone, from a day on (rule M13).
#[derive(Clone, Debug)]
pub struct TeamLimit(pub team_limit::Model);

/// Something that a team does, until it moves to a provider.
#[derive(Clone, Debug)]
pub struct TeamFunction(pub team_function::Model);

/// What a limit is delegated for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Enum)]
#[graphql(remote = "team_limit::LimitKind")]
pub enum TeamLimitKind {
    /// One posting of money spent.
    Posting,
    /// One commitment of a scheme's budget.
    Commitment,
    /// One movement of budget between schemes.
    Virement,
    /// One measurement that is validated or rejected: the most that its measure pays in its year, of
    /// all components of the contract.
    OutcomePay,
}

/// What you may do to a team.
#[derive(Clone, Debug, SimpleObject)]
pub struct TeamPermissions {
    /// Changing it, and delegating limits to it.
    pub manage: Permission,
    /// Recording its posts and functions.
    pub write_posts: Permission,
    /// Seating staff of your own organisation on it.
    pub seat_own_staff: Permission,
}

connection!(TeamConnection, TeamEdge, Team, "the teams of an agreement that you see, by name");

impl Team {
    /// The team with this identity, if the viewer sees it.
    ///
    /// # Errors
    /// A fault.
    pub async fn load(ctx: &Context<'_>, id: uuid::Uuid) -> Result<Option<Self>> {
        Ok(ctx.loaders()?.load_one(TeamById(id)).await?.map(Self))
    }

    async fn all_posts(&self, ctx: &Context<'_>) -> Result<Vec<Post>> {
        Ok(ctx.loaders()?.load_one(TeamPostsOf(self.0.row.id)).await?.unwrap_or_default())
    }
}

/// People of several partners who act for the partnership in a service area, within limits. Whoever
/// reads the terms of its agreement sees it.
#[Object]
impl Team {
    /// The identity, opaque and lasting.
    pub(crate) async fn id(&self) -> ID {
        Kind::Team.id(self.0.row.id)
    }

    /// Its name, unique in the agreement.
    async fn name(&self) -> &str {
        &self.0.row.name
    }

    /// The service area.
    async fn service_area(&self) -> &str {
        &self.0.row.service_area
    }

    /// The agreement for which it acts.
    async fn agreement(&self, ctx: &Context<'_>) -> Result<Option<PartnershipAgreement>> {
        PartnershipAgreement::load(ctx, self.0.row.agreement_id).await
    }

    /// First day.
    async fn starts_on(&self) -> Date {
        self.0.row.starts_on.into()
    }

    /// Last day; null while no end is known. Nobody acts as it afterwards.
    async fn ends_on(&self) -> Option<Date> {
        self.0.row.ends_on.map(Date::from)
    }

    /// Its posts, those that have ended too. Withheld from whoever does not read posts.
    async fn posts(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "How many from the start, at most 100.")] first: Option<i32>,
        #[graphql(desc = "The cursor after which to begin.")] after: Option<String>,
        #[graphql(desc = "How many from the end, at most 100.")] last: Option<i32>,
        #[graphql(desc = "The cursor before which to end.")] before: Option<String>,
    ) -> Result<Option<TeamPostConnection>> {
        if !service::reads_posts(&self.0) {
            return Ok(None);
        }
        let of = self.0.row.id.to_string();
        let list = ctx.request()?.cursors.list(ctx.viewer()?.holder(), "teamPosts", "", &of);
        let posts = self.all_posts(ctx).await?;
        let arguments = PageArguments::of(first, after, last, before);
        let page = page_of(&posts, &arguments, &list, |post| post.row.id.to_string())?;
        Ok(Some(TeamPostConnection(page.map(TeamPost))))
    }

    /// What its posts cost in a financial year, each by its days of that year, and what each partner
    /// pays (rule M2). Withheld from whoever does not read posts of that year.
    async fn costs(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The year.")] financial_year: FinancialYear,
    ) -> Result<Option<TeamCosts>> {
        let year = financial_year.year("financialYear").map_err(|why| stopped(why.into()))?;
        if !self.0.clone().in_year(year).reads(FieldGroup::TeamPosts) {
            return Ok(None);
        }
        Ok(Some(TeamCosts::of(&self.all_posts(ctx).await?, year)))
    }

    /// Who sits on it, sat on it or will, by account and never by name; at most 1000.
    async fn members(&self, ctx: &Context<'_>) -> Result<Vec<TeamMember>> {
        let rows = ctx.loaders()?.load_one(TeamMembersOf(self.0.row.id)).await?;
        Ok(rows.unwrap_or_default().into_iter().map(TeamMember).collect())
    }

    /// What was delegated to it, past limits too. Of each kind the last to begin counts.
    async fn limits(&self, ctx: &Context<'_>) -> Result<Vec<TeamLimit>> {
        let rows = ctx.loaders()?.load_one(TeamLimitsOf(self.0.row.id)).await?;
        Ok(rows.unwrap_or_default().into_iter().map(TeamLimit).collect())
    }

    /// What it does, and what has moved to a provider; at most 200.
    async fn functions(&self, ctx: &Context<'_>) -> Result<Vec<TeamFunction>> {
        let rows = ctx.loaders()?.load_one(TeamFunctionsOf(self.0.row.id)).await?;
        Ok(rows.unwrap_or_default().into_iter().map(TeamFunction).collect())
    }

    /// Counts its changes, for `expectedVersion`.
    async fn version(&self) -> i32 {
        self.0.row.version
    }

    /// The fields that are null because they are hidden from you.
    async fn withheld(&self) -> Vec<Withheld> {
        if service::reads_posts(&self.0) {
            return Vec::new();
        }
        Withheld::from_others(&["posts", "costs"])
    }

    /// What you may do to it.
    async fn viewer_can(&self, ctx: &Context<'_>) -> Result<TeamPermissions> {
        let partnership = ctx.loaders()?.load_one(PartnersOf(self.0.row.agreement_id)).await?;
        let viewer = ctx.viewer()?;
        let parties = partnership.unwrap_or_default().parties_on(viewer.today);
        let may = service::permissions(viewer, &parties, self.0.row.id);
        Ok(TeamPermissions {
            manage: may.manage.into(),
            write_posts: may.write_posts.into(),
            seat_own_staff: may.seat_own_staff.into(),
        })
    }
}

/// A seat on a team: an account, and what it may do when it acts as the team.
#[Object]
impl TeamMember {
    /// The identity, opaque and lasting.
    async fn id(&self) -> ID {
        Kind::TeamMember.id(self.0.id)
    }

    /// The id of the account, and never an address or a name.
    async fn account_id(&self) -> ID {
        Kind::Account.id(self.0.account_id)
    }

    /// The organisation through which it sits there.
    async fn employer(&self, ctx: &Context<'_>) -> Result<Organisation> {
        Organisation::referred(ctx, self.0.employer_id).await
    }

    /// The id of the post that it holds; null when it holds none.
    async fn post_id(&self) -> Option<ID> {
        self.0.post_id.map(|id| Kind::TeamPost.id(id))
    }

    /// What it may do when it acts as the team.
    async fn role(&self) -> Role {
        self.0.role.into()
    }

    /// First day.
    async fn starts_on(&self) -> Date {
        self.0.starts_on.into()
    }

    /// Last day; null while no end is known. A seat that ends before it starts was withdrawn.
    async fn ends_on(&self) -> Option<Date> {
        self.0.ends_on.map(Date::from)
    }
}

/// Up to how much a team decides alone, from a day on (rule M13).
#[Object]
impl TeamLimit {
    /// The identity, opaque and lasting.
    async fn id(&self) -> ID {
        Kind::TeamLimit.id(self.0.id)
    }

    /// What it is delegated for.
    async fn kind(&self) -> TeamLimitKind {
        self.0.kind.into()
    }

    /// The most that one of it may come to, in pounds; nothing takes the limit away.
    async fn amount(&self) -> Money {
        self.0.amount_pence.into()
    }

    /// First day.
    async fn starts_on(&self) -> Date {
        self.0.starts_on.into()
    }

    /// Last day; null while no end is known.
    async fn ends_on(&self) -> Option<Date> {
        self.0.ends_on.map(Date::from)
    }
}

/// Something that a team does, until it moves to a provider.
#[Object]
impl TeamFunction {
    /// The identity, opaque and lasting.
    async fn id(&self) -> ID {
        Kind::TeamFunction.id(self.0.id)
    }

    /// What it is called.
    async fn name(&self) -> &str {
        &self.0.name
    }

    /// First day on which the team does it.
    async fn starts_on(&self) -> Date {
        self.0.starts_on.into()
    }

    /// The provider that does it since it moved; null while the team does it.
    async fn moved_to(&self, ctx: &Context<'_>) -> Result<Option<Organisation>> {
        match self.0.moved_to_provider_id {
            Some(provider) => Organisation::referred(ctx, provider).await.map(Some),
            None => Ok(None),
        }
    }

    /// The first day on which the provider does it; null while the team does it.
    async fn moved_on(&self) -> Option<Date> {
        self.0.moved_on.map(Date::from)
    }
}
