//! A year, rolled forward into the next.

use async_graphql::{Context, ID, InputObject, Object, Result, SimpleObject};
use uuid::Uuid;

use super::{
    node::Kind,
    organisation::Organisation,
    proposal::Proposal,
    proposal_mutation::ProposalPayload,
    request::Asked,
    scalars::{Date, FinancialYear, Money},
};
use crate::service::{
    Refusal,
    roll_forward::{
        self, Adjusted, NewRollForward, RolledContribution, RolledInstalment, RolledScheme,
        RolledShare, Steps,
    },
};

/// Years, rolled forward.
#[derive(Default)]
pub struct RollForwardMutation;

/// By what a year of a fund is rolled forward into the next.
#[derive(Clone, Debug, InputObject)]
pub struct RollForwardYearInput {
    /// The fund.
    pub fund: ID,
    /// The year that is rolled forward.
    pub financial_year: FinancialYear,
    /// The agreed inflation in basis points, 0 to 10000, where nothing else is said of a line.
    #[graphql(default)]
    pub uplift_basis_points: i32,
    /// The agreed efficiency in basis points, 0 to 10000, where nothing else is said of a line.
    #[graphql(default)]
    pub efficiency_basis_points: i32,
    /// What is said of single schemes.
    #[graphql(default)]
    pub schemes: Vec<RolledSchemeInput>,
    /// What is said of single contributions.
    #[graphql(default)]
    pub contributions: Vec<RolledContributionInput>,
    /// True to spread the budgets equally over the months and to plan no instalments; else both are
    /// taken over from the year, in proportion, the instalments a year later.
    #[graphql(default)]
    pub spread_equally: bool,
    /// The last day on which it can be decided, at most 366 days from today.
    pub expires_on: Date,
    /// The caller's own key: the same key and the same draft answer with the first result.
    pub idempotency_key: String,
    /// True to see the draft: everything is checked and computed, and nothing is written.
    #[graphql(default)]
    pub dry_run: bool,
}

/// What is said of one recurrent scheme.
#[derive(Clone, Debug, InputObject)]
pub struct RolledSchemeInput {
    /// The scheme.
    pub scheme: ID,
    /// Its own inflation in basis points, 0 to 10000.
    pub uplift_basis_points: Option<i32>,
    /// Its own efficiency in basis points, 0 to 10000.
    pub efficiency_basis_points: Option<i32>,
    /// How much of the year's movements of its budget goes on, in pounds; all when left out.
    pub in_year_changes: Option<Money>,
    /// What is planned to change, in pounds; negative when less is planned.
    pub planned_change: Option<Money>,
}

/// What is said of one contribution of the year.
#[derive(Clone, Debug, InputObject)]
pub struct RolledContributionInput {
    /// The partner.
    pub partner: ID,
    /// The code of the funding source.
    pub source_code: String,
    /// Its own inflation in basis points, 0 to 10000.
    pub uplift_basis_points: Option<i32>,
    /// Its own efficiency in basis points, 0 to 10000.
    pub efficiency_basis_points: Option<i32>,
    /// How much of the year's variations goes on, in pounds; all when left out.
    pub in_year_changes: Option<Money>,
    /// What is planned to change, in pounds; negative when less is planned.
    pub planned_change: Option<Money>,
}

/// A year, rolled forward into the next, frozen when it was proposed. Whoever sees the proposal sees
/// it.
#[derive(Clone, Debug)]
pub struct YearRollForward(pub(super) roll_forward::RollForward);

/// How an amount of the next year comes about, in pounds: recurrent + in-year changes + uplift +
/// planned change − efficiency. Whoever sees the proposal sees it.
#[derive(Clone, Debug, SimpleObject)]
pub struct RollForwardSteps {
    /// What goes on from year to year.
    pub recurrent: Money,
    /// What changed in the year and goes on too.
    pub in_year_changes: Money,
    /// The agreed inflation, in basis points of recurrent and in-year changes together.
    pub uplift_basis_points: i32,
    /// What the inflation comes to.
    pub uplift: Money,
    /// What is planned to change.
    pub planned_change: Money,
    /// The agreed efficiency, in basis points of recurrent and in-year changes together.
    pub efficiency_basis_points: i32,
    /// What the efficiency comes to: it is taken off.
    pub efficiency: Money,
    /// The amount of the next year.
    pub amount: Money,
}

/// A scheme's budget of the next year. Whoever sees the proposal sees it.
#[derive(Clone, Debug)]
pub struct RolledForwardScheme(RolledScheme);

/// A part of a scheme's funding in the next year. Whoever sees the proposal sees it.
#[derive(Clone, Debug)]
pub struct RolledForwardShare(RolledShare);

/// A contribution of the next year. Whoever sees the proposal sees it.
#[derive(Clone, Debug)]
pub struct RolledForwardContribution(RolledContribution);

/// A part in which a contribution of the next year is paid. Whoever sees the proposal sees it.
#[derive(Clone, Debug, SimpleObject)]
pub struct RolledForwardInstalment {
    /// When it is due: a year after this year's.
    pub due_on: Date,
    /// How much, in pounds; the parts add up to the contribution.
    pub amount: Money,
}

#[Object]
impl RollForwardMutation {
    /// Rolls a year of a fund forward into the next: drafts the budgets of its recurrent schemes,
    /// their funding and the contributions, and proposes the draft. Every affected partner approves
    /// it, and then all of it is recorded at once. A dry run shows the draft alone. Needs the role
    /// FINANCE of the host or of a partner.
    async fn roll_forward_year(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The year, and by what.")] input: RollForwardYearInput,
    ) -> Result<ProposalPayload> {
        let viewer = ctx.viewer()?;
        let dry_run = input.dry_run;
        let done = match input.read() {
            Ok(new) => roll_forward::propose(ctx.database()?, viewer, dry_run, new).await,
            Err(refusal) => Err(refusal.into()),
        };
        ctx.request()?.after_write().await;
        ProposalPayload::of(done.map(Proposal::from))
    }
}

/// A year, rolled forward into the next, frozen when it was proposed. Whoever sees the proposal sees
/// it.
#[Object]
impl YearRollForward {
    /// The year that is rolled forward.
    async fn from_year(&self) -> FinancialYear {
        self.0.from.into()
    }

    /// The year that it becomes.
    async fn into_year(&self) -> FinancialYear {
        self.0.into.into()
    }

    /// What all contributions come to, in pounds.
    async fn income(&self) -> Money {
        self.0.income().into()
    }

    /// What all budgets come to, in pounds.
    async fn budgets(&self) -> Money {
        self.0.budgets().into()
    }

    /// The recurrent schemes, by their references; at most 500.
    async fn schemes(&self) -> Vec<RolledForwardScheme> {
        self.0.schemes.iter().cloned().map(RolledForwardScheme).collect()
    }

    /// The contributions, in the agreement's order of partners; at most 500.
    async fn contributions(&self) -> Vec<RolledForwardContribution> {
        self.0.contributions.iter().cloned().map(RolledForwardContribution).collect()
    }
}

/// A scheme's budget of the next year. Whoever sees the proposal sees it.
#[Object]
impl RolledForwardScheme {
    /// The scheme's identity.
    async fn scheme(&self) -> ID {
        Kind::Scheme.id(self.0.scheme)
    }

    /// What the partners called it when it was proposed.
    async fn reference(&self) -> &str {
        &self.0.reference
    }

    /// How its budget comes about.
    async fn steps(&self) -> RollForwardSteps {
        self.0.steps.into()
    }

    /// Who funds it: as at the end of the year that is rolled forward.
    async fn funding(&self) -> Vec<RolledForwardShare> {
        self.0.funding.iter().cloned().map(RolledForwardShare).collect()
    }

    /// Its twelve months, April first, in pounds: spread as this year's original budget is, unless
    /// they were to be equal.
    async fn monthly_budget(&self) -> Vec<Money> {
        self.0.by_month().into_iter().map(Money::from).collect()
    }
}

/// A part of a scheme's funding in the next year. Whoever sees the proposal sees it.
#[Object]
impl RolledForwardShare {
    /// The partner that funds.
    async fn partner(&self, ctx: &Context<'_>) -> Result<Organisation> {
        Organisation::referred(ctx, self.0.partner).await
    }

    /// The code of the funding source.
    async fn source_code(&self) -> &str {
        &self.0.source_code
    }

    /// Its weight.
    async fn weight(&self) -> i32 {
        i32::try_from(self.0.weight).unwrap_or(i32::MAX)
    }

    /// What it comes to, in pounds; the parts add up to the budget.
    async fn amount(&self) -> Money {
        self.0.amount.into()
    }
}

/// A contribution of the next year. Whoever sees the proposal sees it.
#[Object]
impl RolledForwardContribution {
    /// The partner.
    async fn partner(&self, ctx: &Context<'_>) -> Result<Organisation> {
        Organisation::referred(ctx, self.0.partner).await
    }

    /// The code of the funding source.
    async fn source_code(&self) -> &str {
        &self.0.source_code
    }

    /// What of this year's contribution funds schemes that do not go on, in pounds: it is no part of
    /// what is recurrent.
    async fn not_recurrent(&self) -> Money {
        self.0.not_recurrent.into()
    }

    /// How it comes about.
    async fn steps(&self) -> RollForwardSteps {
        self.0.steps.into()
    }

    /// How it is paid, in the order of payment: as this year's, each part a year later; empty when
    /// that is not agreed.
    async fn instalments(&self) -> Vec<RolledForwardInstalment> {
        self.0.instalments.iter().map(RolledForwardInstalment::from).collect()
    }
}

impl From<&RolledInstalment> for RolledForwardInstalment {
    fn from(part: &RolledInstalment) -> Self {
        Self { due_on: part.due_on.into(), amount: part.amount.into() }
    }
}

impl From<Steps> for RollForwardSteps {
    fn from(steps: Steps) -> Self {
        Self {
            recurrent: steps.recurrent.into(),
            in_year_changes: steps.in_year.into(),
            uplift_basis_points: steps.uplift_basis_points,
            uplift: steps.uplift.into(),
            planned_change: steps.planned.into(),
            efficiency_basis_points: steps.efficiency_basis_points,
            efficiency: steps.efficiency.into(),
            amount: steps.amount.into(),
        }
    }
}

type Read<T> = std::result::Result<T, Refusal>;

impl RollForwardYearInput {
    fn read(self) -> Read<(NewRollForward, chrono::NaiveDate, String)> {
        let schemes = self.schemes.into_iter().enumerate();
        let contributions = self.contributions.into_iter().enumerate();
        let new = NewRollForward {
            fund: Kind::Fund.read(&self.fund, "fund")?,
            from: self.financial_year.year("financialYear")?,
            uplift_basis_points: self.uplift_basis_points,
            efficiency_basis_points: self.efficiency_basis_points,
            schemes: schemes.map(RolledSchemeInput::read).collect::<Read<_>>()?,
            contributions: contributions.map(RolledContributionInput::read).collect::<Read<_>>()?,
            spread_equally: self.spread_equally,
        };
        Ok((new, self.expires_on.day("expiresOn")?, self.idempotency_key))
    }
}

fn amount(given: Option<&Money>, path: &str) -> Read<Option<entities::value::Pence>> {
    given.map(|money| money.pence(path)).transpose()
}

impl RolledSchemeInput {
    fn read((place, line): (usize, Self)) -> Read<(Uuid, Adjusted)> {
        let path = |field: &str| format!("schemes.{place}.{field}");
        let adjusted = Adjusted {
            uplift_basis_points: line.uplift_basis_points,
            efficiency_basis_points: line.efficiency_basis_points,
            in_year: amount(line.in_year_changes.as_ref(), &path("inYearChanges"))?,
            planned: amount(line.planned_change.as_ref(), &path("plannedChange"))?,
        };
        Ok((Kind::Scheme.read(&line.scheme, &path("scheme"))?, adjusted))
    }
}

impl RolledContributionInput {
    fn read((place, line): (usize, Self)) -> Read<((Uuid, String), Adjusted)> {
        let path = |field: &str| format!("contributions.{place}.{field}");
        let adjusted = Adjusted {
            uplift_basis_points: line.uplift_basis_points,
            efficiency_basis_points: line.efficiency_basis_points,
            in_year: amount(line.in_year_changes.as_ref(), &path("inYearChanges"))?,
            planned: amount(line.planned_change.as_ref(), &path("plannedChange"))?,
        };
        let partner = Kind::Organisation.read(&line.partner, &path("partner"))?;
        Ok(((partner, line.source_code), adjusted))
    }
}
