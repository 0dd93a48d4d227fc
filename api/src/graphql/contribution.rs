//! Contributions: what one partner puts into a fund, for one year, from one source.

use async_graphql::{Context, ID, Object, Result, SimpleObject};
use chrono::NaiveDate;
use domain::policy::{Rights, dated::Hidden, derive::FOREVER, matrix::FieldGroup};
use entities::contribution;

use super::{
    code_list::CodeListEntry,
    contribution_loaders::{AgreedOf, ContributionById, FundingSourceOf, InstalmentsOf, PostedOf},
    contribution_payment::ContributionPayment,
    external_reference::ExternalReference,
    fund::PooledFund,
    loaders::Loading,
    node::Kind,
    organisation::Organisation,
    organisation_loaders::ExternalReferencesOf,
    request::{Asked, stopped},
    scalars::{Date, DateTime, FinancialYear, Money},
    scheme_loaders::PartiesOfFund,
    withheld::{Permission, Withheld},
};
use crate::{
    access::Seen,
    connection,
    service::contribution::{self as service, Agreed, Posted, Reached},
};

/// What one partner puts into a fund, for one year, from one funding source. The agreement's host
/// and partners see it.
#[derive(Clone, Debug)]
pub struct Contribution(pub Seen<contribution::Model>);

/// A part of a contribution, due on a day. The agreement's host and partners see it.
#[derive(Clone, Debug, SimpleObject)]
pub struct Instalment {
    /// Its place, from 1.
    pub number: i32,
    /// The day on which it is due.
    pub due_on: Date,
    /// How much, in pounds.
    pub amount: Money,
}

/// What you may do to a contribution.
#[derive(Clone, Debug, SimpleObject)]
pub struct ContributionPermissions {
    /// Vary it, and propose to.
    pub vary: Permission,
    /// Withhold some of it, and release that.
    pub withhold: Permission,
    /// Invoice it, and record that it was received or given back.
    pub post: Permission,
}

connection!(
    ContributionConnection,
    ContributionEdge,
    Contribution,
    "contributions, which the agreement's host and partners see"
);

impl Contribution {
    /// The contribution with this identity, if the viewer sees it, by the request's loader.
    ///
    /// # Errors
    /// A fault.
    pub async fn load(ctx: &Context<'_>, id: uuid::Uuid) -> Result<Option<Self>> {
        Ok(ctx.loaders()?.load_one(ContributionById(id)).await?.map(Self))
    }

    /// True when the viewer reads what becomes of it on a day.
    fn is_open_on(&self, day: NaiveDate) -> bool {
        let standing = self.0.standing.during(day, day);
        standing.reads(FieldGroup::ContributionsOfOthers)
            || standing.reads_own(FieldGroup::ContributionsOwn)
    }

    /// What was posted of it, for those who read that.
    async fn posted(&self, ctx: &Context<'_>) -> Result<Option<Posted>> {
        if !self.0.reads(FieldGroup::ContributionsPaid) {
            return Ok(None);
        }
        let key = PostedOf(Reached {
            contribution: self.0.row.id,
            to: self.open_to(&[FieldGroup::ContributionsPaid]),
            only_released: !self.0.standing.is_live(),
        });
        Ok(Some(ctx.loaders()?.load_one(key).await?.unwrap_or_default()))
    }

    /// The last day that is open to the viewer; none of a relation that goes on.
    fn open_to(&self, groups: &[FieldGroup]) -> Option<NaiveDate> {
        let open_to = |group: &FieldGroup| self.0.standing.open_to(*group, Rights::reads_own);
        groups.iter().filter_map(open_to).max().filter(|day| *day < FOREVER)
    }

    async fn at(
        &self,
        ctx: &Context<'_>,
        as_of: Option<Date>,
        known_at: Option<DateTime>,
    ) -> Result<Agreed> {
        let as_of = as_of.map(|day| day.day("asOf")).transpose();
        let mut groups = vec![FieldGroup::ContributionsOfOthers];
        if self.0.row.partner_id == ctx.viewer()?.organisation {
            groups.push(FieldGroup::ContributionsOwn);
        }
        let key = AgreedOf {
            contribution: self.0.row.id,
            as_of: as_of.map_err(|why| stopped(why.into()))?,
            open_to: self.open_to(&groups),
            known_at: known_at.map(|at| at.0),
        };
        Ok(ctx.loaders()?.load_one(key).await?.unwrap_or_default())
    }
}

/// What one partner puts into a fund, for one year, from one funding source. The agreement's host
/// and partners see it.
#[Object]
impl Contribution {
    /// The identity, opaque and lasting.
    pub(crate) async fn id(&self) -> ID {
        Kind::Contribution.id(self.0.row.id)
    }

    /// The fund.
    async fn fund(&self, ctx: &Context<'_>) -> Result<Option<PooledFund>> {
        PooledFund::load(ctx, self.0.row.fund_id).await
    }

    /// The partner that puts it in.
    async fn partner(&self, ctx: &Context<'_>) -> Result<Organisation> {
        Organisation::referred(ctx, self.0.row.partner_id).await
    }

    /// The code of the funding source.
    async fn source_code(&self) -> &str {
        &self.0.row.source_code
    }

    /// The funding source, as the year's code list has it.
    async fn funding_source(&self, ctx: &Context<'_>) -> Result<Option<CodeListEntry>> {
        let row = &self.0.row;
        let key = FundingSourceOf { code: row.source_code.clone(), year: row.financial_year };
        Ok(ctx.loaders()?.load_one(key).await?.map(CodeListEntry))
    }

    /// The year for which it is.
    async fn financial_year(&self) -> FinancialYear {
        self.0.row.financial_year.into()
    }

    /// What was planned, in pounds.
    async fn planned(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Counting what took effect by this day; everything unless said.")]
        as_of: Option<Date>,
        #[graphql(desc = "Counting what was recorded by this instant; everything unless said.")]
        known_at: Option<DateTime>,
    ) -> Result<Money> {
        Ok(self.at(ctx, as_of, known_at).await?.planned.into())
    }

    /// The sum of the variations that were decided, in pounds; negative when they lower the plan.
    async fn varied(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Counting what took effect by this day; everything unless said.")]
        as_of: Option<Date>,
        #[graphql(desc = "Counting what was recorded by this instant; everything unless said.")]
        known_at: Option<DateTime>,
    ) -> Result<Money> {
        Ok(self.at(ctx, as_of, known_at).await?.varied.into())
    }

    /// What is agreed, in pounds: planned and varied.
    async fn agreed(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Counting what took effect by this day; everything unless said.")]
        as_of: Option<Date>,
        #[graphql(desc = "Counting what was recorded by this instant; everything unless said.")]
        known_at: Option<DateTime>,
    ) -> Result<Money> {
        Ok(self.at(ctx, as_of, known_at).await?.total().into())
    }

    /// What the host invoiced the partner for it, in pounds, reversals netted: to date, and in
    /// whatever year. Null for who may not read it.
    async fn invoiced(&self, ctx: &Context<'_>) -> Result<Option<Money>> {
        Ok(self.posted(ctx).await?.map(|of| of.invoiced.into()))
    }

    /// What the host received of what it invoiced, in pounds: to date, and in whatever year. Null
    /// for who may not read it.
    async fn received(&self, ctx: &Context<'_>) -> Result<Option<Money>> {
        Ok(self.posted(ctx).await?.map(|of| of.received.into()))
    }

    /// What the partner was given back of it, in pounds: positive, and never netted off the
    /// others. Null for who may not read it.
    async fn refunded(&self, ctx: &Context<'_>) -> Result<Option<Money>> {
        Ok(self.posted(ctx).await?.map(|of| of.refunded.into()))
    }

    /// How the plan is paid, in the order of payment; empty when that is not agreed. Variations
    /// have no instalments.
    async fn instalments(&self, ctx: &Context<'_>) -> Result<Vec<Instalment>> {
        let rows = ctx.loaders()?.load_one(InstalmentsOf(self.0.row.id)).await?;
        let instalment = |row: entities::contribution_instalment::Model| Instalment {
            number: row.number,
            due_on: row.due_on.into(),
            amount: row.amount_pence.into(),
        };
        Ok(rows.unwrap_or_default().into_iter().map(instalment).collect())
    }

    /// How its payment stands on a day: what was due by then and received, what is overdue and what
    /// the partner withholds. Whose days end sooner sees it as of its last day. Null for who may not
    /// read what was received.
    async fn payment(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The last day of effect that counts; today unless said.")] as_of: Option<
            Date,
        >,
    ) -> Result<Option<ContributionPayment>> {
        if !self.0.reads(FieldGroup::ContributionsPaid) {
            return Ok(None);
        }
        let as_of = as_of.map(|day| day.day("asOf")).transpose();
        let as_of = as_of.map_err(|why| stopped(why.into()))?.unwrap_or(ctx.viewer()?.today);
        let open_to = self.open_to(&[FieldGroup::ContributionsPaid]);
        let as_of = open_to.map_or(as_of, |last| as_of.min(last));
        ContributionPayment::of(ctx, &self.0, as_of).await.map(Some)
    }

    /// Counts its changes, for `expectedVersion`; withheld from whoever has left, because it would
    /// tell of later ones.
    async fn version(&self, ctx: &Context<'_>) -> Result<Option<i32>> {
        Ok(self.is_open_on(ctx.viewer()?.today).then_some(self.0.row.version))
    }

    /// The fields that are null because they are hidden from you.
    async fn withheld(&self, ctx: &Context<'_>) -> Result<Vec<Withheld>> {
        let standing = &self.0.standing;
        let hidden = standing.hidden(standing, FieldGroup::ContributionsPaid);
        let paid = ["invoiced", "received", "refunded", "payment"];
        let mut withheld = Withheld::because(hidden, &paid);
        if !self.is_open_on(ctx.viewer()?.today) {
            withheld.extend(Withheld::because(Some(Hidden::OutsideItsDays), &["version"]));
        }
        Ok(withheld)
    }

    /// What you may do to it.
    async fn viewer_can(&self, ctx: &Context<'_>) -> Result<ContributionPermissions> {
        let parties = ctx.loaders()?.load_one(PartiesOfFund(self.0.row.fund_id)).await?;
        let may = service::permissions(ctx.viewer()?, &parties.unwrap_or_default(), &self.0.row);
        Ok(ContributionPermissions {
            vary: may.vary.into(),
            withhold: may.withhold.into(),
            post: may.post.into(),
        })
    }

    /// What your own organisation calls it in systems of its own. Nobody else sees them.
    async fn external_references(&self, ctx: &Context<'_>) -> Result<Vec<ExternalReference>> {
        let rows = ctx.loaders()?.load_one(ExternalReferencesOf(self.0.row.id)).await?;
        Ok(rows.unwrap_or_default().into_iter().map(ExternalReference::from).collect())
    }
}
