//! Schemes: the budget lines of a fund.

use async_graphql::{Context, ID, Object, Result, SimpleObject};
use chrono::NaiveDate;
use domain::{
    policy::{Rights, dated::Hidden, decisions::Actor, matrix::FieldGroup},
    rules::{
        funding::{self, DatedSplit},
        profile::Months,
    },
};
use entities::{
    scheme,
    value::{Instant, Pence},
};
use uuid::Uuid;

use super::{
    code_list::CodeListEntry,
    commitment::{self, CommitmentConnection},
    external_reference::ExternalReference,
    fund::PooledFund,
    loaders::Loading,
    node::Kind,
    organisation::Organisation,
    organisation_loaders::ExternalReferencesOf,
    paging::PageArguments,
    request::{Asked, stopped},
    scalars::{Date, DateTime, FinancialYear, Money},
    scheme_loaders::{
        BudgetOf, CodeOf, PartiesOfFund, ReceivedForScheme, SchemeAt, SchemeById, SplitsOf,
    },
    withheld::{Permission, Withheld},
};
use crate::{
    access::{Seen, facts::Cutoff},
    connection,
    service::{Refusal, code_list::List, scheme as service},
};

/// A budget line of a fund: what is bought. For the host and the partners of the agreement; a
/// funded provider sees its name, reference and budget, where it is the provider.
#[derive(Clone, Debug)]
pub struct Scheme(pub Seen<scheme::Model>);

connection!(SchemeConnection, SchemeEdge, Scheme, "schemes, as far as the viewer sees them");

/// Who funds a scheme, from a day on. For the host and the partners.
#[derive(Clone, Debug)]
pub struct FundingSplit {
    split: DatedSplit,
}

/// One part of a funding split. For the host and the partners.
#[derive(Clone, Debug)]
pub struct FundingShare(funding::Share);

/// What the viewer may do to a scheme.
#[derive(Clone, Debug, SimpleObject)]
pub struct SchemeActions {
    /// Change what it is called and described by.
    pub update: Permission,
    /// Set the original budget of a further year.
    pub set_budget: Permission,
    /// Set who funds it.
    pub set_funding_split: Permission,
    /// Promise a part of its budget, and release it again.
    pub commit: Permission,
}

/// The fields of a scheme's terms that a summary tells.
const SUMMARY: &[&str] = &["schemeType", "areaOfSpend", "isRecurrent", "isCapital", "startsOn"];
/// Those that it leaves out.
const DETAILS: &[&str] = &["commissioner", "monthlyBudget", "fundingSplit", "version", "viewerCan"];

impl Scheme {
    /// The scheme that a row refers to, if the viewer sees it.
    ///
    /// # Errors
    /// A fault.
    pub async fn load(ctx: &Context<'_>, id: Uuid) -> Result<Option<Self>> {
        Ok(ctx.loaders()?.load_one(SchemeById(id)).await?.map(Self))
    }

    fn shows_terms(&self) -> bool {
        self.0.reads(FieldGroup::SchemeTerms)
    }

    fn shows_summary(&self) -> bool {
        self.0.reads_summary(FieldGroup::SchemeTerms)
    }

    /// Its provider knows its provider.
    fn is_own(&self) -> bool {
        self.0.reads_own(FieldGroup::SchemeBudget)
    }

    /// What counts of what was asked for, for who has certain rights; none where no day of the
    /// year is open. Before the scheme began there is nothing that days could hide.
    fn at(&self, group: FieldGroup, asked: Cutoff, has: fn(Rights) -> bool) -> Option<SchemeAt> {
        let standing = &self.0.standing;
        let scheme = self.0.row.id;
        if asked.year.last_day() < self.0.row.starts_on {
            standing.open_to(group, has)?;
            return Some(SchemeAt { scheme, group, asked, cutoff: asked });
        }
        let seen = standing.as_of(group, asked.year, asked.as_of, has)?;
        Some(SchemeAt { scheme, group, asked, cutoff: Cutoff { as_of: seen.as_of, ..asked } })
    }

    async fn months(&self, ctx: &Context<'_>, at: SchemeAt) -> Result<Months> {
        let months = ctx.loaders()?.load_one(BudgetOf(at)).await?;
        Ok(months.unwrap_or([Pence::ZERO; 12]))
    }

    /// The dated fields that are null on days that are not open, though not on all.
    fn outside_its_days(&self, today: NaiveDate) -> Vec<Withheld> {
        let term = (self.0.row.starts_on, today);
        let standing = &self.0.standing;
        let all: fn(Rights) -> bool = Rights::reads_all;
        let own: fn(Rights) -> bool = Rights::reads_own;
        let dated = [
            (FieldGroup::SchemeBudget, own, "budget"),
            (FieldGroup::SchemeTerms, all, "monthlyBudget"),
            (FieldGroup::SchemeTerms, all, "fundingSplit"),
            (FieldGroup::PaymentsFromPool, own, "receivedByYou"),
        ];
        let is_partly_open = |(group, has, _): &(FieldGroup, fn(Rights) -> bool, &str)| {
            has(standing.rights(*group)) && !standing.opens_throughout(*group, term, *has)
        };
        let fields = dated.into_iter().filter(is_partly_open).map(|(_, _, field)| field);
        Withheld::because(Some(Hidden::OutsideItsDays), &fields.collect::<Vec<_>>())
    }
}

/// A budget line of a fund: what is bought. For the host and the partners of the agreement; a
/// funded provider sees its name, reference and budget, where it is the provider.
#[Object]
impl Scheme {
    /// The identity, opaque and lasting.
    pub(crate) async fn id(&self) -> ID {
        Kind::Scheme.id(self.0.row.id)
    }

    /// What the partners call it; unique in the fund.
    async fn reference(&self) -> &str {
        &self.0.row.reference
    }

    /// Its name.
    async fn name(&self) -> &str {
        &self.0.row.name
    }

    /// The fund that it is a line of. Whoever sees the scheme sees it.
    async fn fund(&self, ctx: &Context<'_>) -> Result<Option<PooledFund>> {
        PooledFund::load(ctx, self.0.row.fund_id).await
    }

    /// What it does, from the list of scheme types. Withheld from a funded provider.
    async fn scheme_type(&self, ctx: &Context<'_>) -> Result<Option<CodeListEntry>> {
        if !self.shows_summary() {
            return Ok(None);
        }
        code(ctx, List::SchemeType, &self.0.row.scheme_type_code).await
    }

    /// Which part of health and care it spends on, from the list of areas of spend; null where it
    /// is not set. Withheld from a funded provider.
    async fn area_of_spend(&self, ctx: &Context<'_>) -> Result<Option<CodeListEntry>> {
        match &self.0.row.area_of_spend_code {
            Some(area) if self.shows_summary() => code(ctx, List::AreaOfSpend, area).await,
            _ => Ok(None),
        }
    }

    /// The partner that commissions it. Withheld from a funded provider, and from whoever reads a
    /// summary.
    async fn commissioner(&self, ctx: &Context<'_>) -> Result<Option<Organisation>> {
        if !self.shows_terms() {
            return Ok(None);
        }
        Organisation::load(ctx, self.0.row.commissioner_id).await
    }

    /// The funded provider; null where there is none. Withheld from whoever reads a summary.
    async fn provider(&self, ctx: &Context<'_>) -> Result<Option<Organisation>> {
        match self.0.row.provider_id {
            Some(provider) if self.shows_terms() || self.is_own() => {
                Organisation::load(ctx, provider).await
            }
            _ => Ok(None),
        }
    }

    /// True when it goes on from year to year. Withheld from a funded provider.
    async fn is_recurrent(&self) -> Option<bool> {
        self.shows_summary().then_some(self.0.row.is_recurrent)
    }

    /// True of capital, false of revenue. Withheld from a funded provider.
    async fn is_capital(&self) -> Option<bool> {
        self.shows_summary().then_some(self.0.row.is_capital)
    }

    /// Its first day. Withheld from a funded provider.
    async fn starts_on(&self) -> Option<Date> {
        self.shows_summary().then(|| self.0.row.starts_on.into())
    }

    /// Its budget for a year, in pounds: original, virements and variations that took effect by
    /// `asOf` and were recorded by `knownAt`; 0.00 where none was set. Its provider sees it too.
    /// Whose days end sooner sees it as of its last day; null where no day of the year is open.
    async fn budget(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The financial year.")] financial_year: FinancialYear,
        #[graphql(desc = "The last day of effect that counts; today unless said, and of another \
                          year its nearest day.")]
        as_of: Option<Date>,
        #[graphql(desc = "The last instant of recording that counts; now unless said.")]
        known_at: Option<DateTime>,
    ) -> Result<Option<Money>> {
        let asked = cutoff(ctx, &financial_year, as_of.as_ref(), known_at)?;
        let Some(at) = self.at(FieldGroup::SchemeBudget, asked, Rights::reads_own) else {
            return Ok(None);
        };
        let months = self.months(ctx, at).await?;
        Ok(Some(months.into_iter().sum::<Pence>().into()))
    }

    /// Its budget by month, in pounds: twelve amounts, April first, that add up to its budget.
    /// Withheld from a funded provider, and from whoever reads a summary.
    async fn monthly_budget(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The financial year.")] financial_year: FinancialYear,
        #[graphql(desc = "The last day of effect that counts; today unless said, and of another \
                          year its nearest day.")]
        as_of: Option<Date>,
        #[graphql(desc = "The last instant of recording that counts; now unless said.")]
        known_at: Option<DateTime>,
    ) -> Result<Option<Vec<Money>>> {
        let asked = cutoff(ctx, &financial_year, as_of.as_ref(), known_at)?;
        let Some(at) = self.at(FieldGroup::SchemeTerms, asked, Rights::reads_all) else {
            return Ok(None);
        };
        let months = self.months(ctx, at).await?;
        Ok(Some(months.into_iter().map(Money::from).collect()))
    }

    /// Who funds it on a day of a year; null where no split was recorded. Before the first split of
    /// the year takes effect, the first one counts. Withheld from a funded provider, and from
    /// whoever reads a summary.
    async fn funding_split(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The financial year.")] financial_year: FinancialYear,
        #[graphql(desc = "The day; today unless said, and of another year its nearest day.")]
        as_of: Option<Date>,
        #[graphql(desc = "The last instant of recording that counts; now unless said.")]
        known_at: Option<DateTime>,
    ) -> Result<Option<FundingSplit>> {
        let asked = cutoff(ctx, &financial_year, as_of.as_ref(), known_at)?;
        let Some(at) = self.at(FieldGroup::SchemeTerms, asked, Rights::reads_all) else {
            return Ok(None);
        };
        let splits = ctx.loaders()?.load_one(SplitsOf(at)).await?.unwrap_or_default();
        let in_force = funding::in_force(&splits, at.cutoff.as_of);
        Ok(in_force.map(|split| FundingSplit { split: split.clone() }))
    }

    /// What your own organisation was paid for it from the pool with effect in a year, in pounds,
    /// on the days that are open to you: what the host paid, less what was given back or taken
    /// back. Of days that you inherited, what your predecessor was paid is in it. What others were
    /// paid is never in it; 0.00 where you were paid nothing, null where no day is open.
    async fn received_by_you(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The financial year.")] financial_year: FinancialYear,
    ) -> Result<Option<Money>> {
        if !self.0.reads_own(FieldGroup::PaymentsFromPool) {
            return Ok(None);
        }
        let year = financial_year.year("financialYear").map_err(|why| stopped(why.into()))?;
        let days = service::open_days(&self.0, year);
        if days.is_empty() && year.last_day() >= self.0.row.starts_on {
            return Ok(None);
        }
        let paid = ctx.loaders()?.load_one(ReceivedForScheme(self.0.row.id, year, days)).await?;
        Ok(Some(paid.unwrap_or(Pence::ZERO).into()))
    }

    /// What is promised of its budget, the earliest recorded first. Withheld from a funded
    /// provider.
    async fn commitments(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Of this financial year only.")] financial_year: Option<FinancialYear>,
        #[graphql(desc = "How many from the start, at most 100.")] first: Option<i32>,
        #[graphql(desc = "The cursor after which to begin.")] after: Option<String>,
        #[graphql(desc = "How many from the end, at most 100.")] last: Option<i32>,
        #[graphql(desc = "The cursor before which to end.")] before: Option<String>,
    ) -> Result<Option<CommitmentConnection>> {
        let arguments = PageArguments::of(first, after, last, before);
        commitment::of_scheme(ctx, &self.0, financial_year.as_ref(), &arguments).await
    }

    /// Counts its changes, for `expectedVersion`. Withheld from a funded provider.
    async fn version(&self) -> Option<i32> {
        self.shows_terms().then_some(self.0.row.version)
    }

    /// What your own organisation calls it in systems of its own. Nobody else sees them.
    async fn external_references(&self, ctx: &Context<'_>) -> Result<Vec<ExternalReference>> {
        let rows = ctx.loaders()?.load_one(ExternalReferencesOf(self.0.row.id)).await?;
        Ok(rows.unwrap_or_default().into_iter().map(ExternalReference::from).collect())
    }

    /// Which fields are null because the viewer may not see them, and why.
    async fn withheld(&self, ctx: &Context<'_>) -> Result<Vec<Withheld>> {
        let standing = &self.0.standing;
        let hidden = |group| standing.hidden(standing, group);
        let unless_own = |group| if standing.reads_own(group) { None } else { hidden(group) };
        let terms = hidden(FieldGroup::SchemeTerms);
        let provider = if self.is_own() { None } else { terms };
        let summary = standing.hidden_summary(standing, FieldGroup::SchemeTerms);
        let mut withheld = Withheld::because(summary, SUMMARY);
        withheld.extend(Withheld::because(terms, DETAILS));
        withheld.extend(Withheld::because(provider, &["provider"]));
        withheld.extend(Withheld::because(unless_own(FieldGroup::SchemeBudget), &["budget"]));
        withheld.extend(Withheld::because(hidden(FieldGroup::Ledger), &["commitments"]));
        let paid = unless_own(FieldGroup::PaymentsFromPool);
        withheld.extend(Withheld::because(paid, &["receivedByYou"]));
        withheld.extend(self.outside_its_days(ctx.viewer()?.today));
        Ok(withheld)
    }

    /// What the viewer may do to it. Withheld from a funded provider.
    async fn viewer_can(&self, ctx: &Context<'_>) -> Result<Option<SchemeActions>> {
        if !self.shows_terms() {
            return Ok(None);
        }
        let actor: Actor = ctx.viewer()?.actor();
        let parties = ctx.loaders()?.load_one(PartiesOfFund(self.0.row.fund_id)).await?;
        let parties = parties.unwrap_or_default();
        let plan = Permission::from(actor.may_create_scheme(&parties));
        Ok(Some(SchemeActions {
            update: plan.clone(),
            set_budget: plan.clone(),
            set_funding_split: plan,
            commit: actor.may_commit(&parties).into(),
        }))
    }
}

/// Who funds a scheme, from a day on. For the host and the partners.
#[Object]
impl FundingSplit {
    /// The first day on which it counts.
    async fn effective_on(&self) -> Date {
        self.split.effective_on.into()
    }

    /// Its parts, in the order that decides who gets odd pennies; at most 100.
    async fn shares(&self) -> Vec<FundingShare> {
        self.split.shares.iter().cloned().map(FundingShare).collect()
    }
}

/// One part of a funding split. For the host and the partners.
#[Object]
impl FundingShare {
    /// The partner that funds.
    async fn partner(&self, ctx: &Context<'_>) -> Result<Organisation> {
        Organisation::referred(ctx, self.0.partner).await
    }

    /// The funding source's code.
    async fn source_code(&self) -> &str {
        &self.0.source
    }

    /// The funding source, from its list; null when it was taken from the list.
    async fn source(&self, ctx: &Context<'_>) -> Result<Option<CodeListEntry>> {
        code(ctx, List::FundingSource, &self.0.source).await
    }

    /// Its weight: the whole is the sum of the weights of the split.
    async fn weight(&self) -> i32 {
        i32::try_from(self.0.weight).unwrap_or(i32::MAX)
    }
}

async fn code(ctx: &Context<'_>, list: List, code: &str) -> Result<Option<CodeListEntry>> {
    let found = ctx.loaders()?.load_one(CodeOf(list, code.to_owned())).await?;
    Ok(found.map(CodeListEntry))
}

fn cutoff(
    ctx: &Context<'_>,
    year: &FinancialYear,
    as_of: Option<&Date>,
    known_at: Option<DateTime>,
) -> Result<Cutoff> {
    let malformed = |refusal: Refusal| stopped(refusal.into());
    let year = year.year("financialYear").map_err(malformed)?;
    let as_of: Option<NaiveDate> =
        as_of.map(|day| day.day("asOf")).transpose().map_err(malformed)?;
    let known_at: Option<Instant> = known_at.map(|at| at.0);
    Ok(service::cutoff(year, as_of, known_at, ctx.database()?.clock().today()))
}
