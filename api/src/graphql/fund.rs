//! Pooled funds.

use async_graphql::{Context, Enum, ID, Object, Result};
use chrono::NaiveDate;
use domain::policy::{Rights, dated::Hidden, matrix::FieldGroup};
use entities::pooled_fund as fund;

use super::{
    agreement::PartnershipAgreement,
    agreement_loaders::{AgreementById, PartnersOf},
    contribution::{Contribution, ContributionConnection},
    costs::{COMPUTED, cost},
    external_reference::ExternalReference,
    forecast::ForecastConnection,
    fund_loaders::{ContributionsOf, FundById, MovementsOf},
    fund_permission::PooledFundPermissions,
    fund_return::{self, FundReturnConnection},
    fund_schemes::{self, SchemeOrder, SchemeWhere},
    grant::{self, AccessGrantConnection},
    loaders::Loading,
    memorandum::{self, MemorandumAccount},
    movement::{BudgetMovement, BudgetMovementConnection},
    nested::NestedPage,
    node::Kind,
    organisation_loaders::ExternalReferencesOf,
    paging::{Page, PageArguments},
    position::{self, PooledFundPosition, PositionBasis},
    release::{self, FundPeriod},
    request::{Asked, stopped},
    scalars::{Date, DateTime, FinancialYear},
    scheme::SchemeConnection,
    transaction::LedgerTransactionConnection,
    transactions::{self, LedgerTransactionWhere},
    withheld::Withheld,
};
use crate::{access::Seen, connection, database::Cut, enum_filter, service};

/// How the money of a fund is bound.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Enum)]
#[graphql(remote = "fund::FundKind")]
pub enum FundKind {
    /// Put together: each partner's money may be spent on any scheme.
    Pooled,
    /// Reported together; each partner keeps its own money.
    Aligned,
    /// Shown for the whole picture only.
    InView,
    /// A grant that may be spent on its purpose only.
    RingFencedGrant,
    /// Held against overspends.
    RiskReserve,
    /// For changing services.
    Transformation,
}

enum_filter!(FundKindFilter, FundKind, fund::FundKind, "how the money of a fund is bound");

/// Money of one agreement for one purpose. The agreement's host and partners see all of it; a
/// provider that is paid from it sees that it exists, and its own schemes.
#[derive(Clone, Debug)]
pub struct PooledFund(pub Seen<fund::Model>);

connection!(
    PooledFundConnection,
    PooledFundEdge,
    PooledFund,
    "pooled funds, of those that you see"
);

impl PooledFund {
    /// The fund with this identity, if the viewer sees it, by the request's loader.
    ///
    /// # Errors
    /// A fault.
    pub async fn load(ctx: &Context<'_>, id: uuid::Uuid) -> Result<Option<Self>> {
        Ok(ctx.loaders()?.load_one(FundById(id)).await?.map(Self))
    }

    fn reads_terms(&self) -> bool {
        self.0.reads(FieldGroup::FundTerms)
    }

    fn reads_summary(&self) -> bool {
        self.0.reads_summary(FieldGroup::FundTerms)
    }

    /// Of some years null, when not every day since it began is open.
    fn hidden_position(&self, today: NaiveDate) -> Option<Hidden> {
        let (standing, group) = (&self.0.standing, FieldGroup::Position);
        let hidden = standing.hidden_summary(standing, group);
        hidden.or_else(|| self.hidden_days(group, today, Rights::reads_summary))
    }

    /// The same of its memorandum accounts.
    fn hidden_account(&self, today: NaiveDate) -> Option<Hidden> {
        let (standing, group) = (&self.0.standing, FieldGroup::PositionByPartner);
        let hidden = standing.hidden(standing, group);
        hidden.or_else(|| self.hidden_days(group, today, Rights::reads_all))
    }

    fn hidden_days(
        &self,
        group: FieldGroup,
        today: NaiveDate,
        reads: fn(Rights) -> bool,
    ) -> Option<Hidden> {
        let term = (self.0.row.starts_on, today.max(self.0.row.starts_on));
        let is_open = self.0.standing.opens_throughout(group, term, reads);
        (!is_open).then_some(Hidden::OutsideItsDays)
    }
}

/// Money of one agreement for one purpose. The agreement's host and partners see all of it; a
/// provider that is paid from it sees that it exists, and its own schemes.
#[Object]
impl PooledFund {
    /// The identity, opaque and lasting.
    pub(crate) async fn id(&self) -> ID {
        Kind::Fund.id(self.0.row.id)
    }

    /// What the partners call it; unique.
    async fn reference(&self) -> &str {
        &self.0.row.reference
    }

    /// Its name; withheld from a funded provider.
    async fn name(&self) -> Option<&str> {
        self.reads_summary().then_some(self.0.row.name.as_str())
    }

    /// How its money is bound; withheld from a funded provider.
    async fn kind(&self) -> Option<FundKind> {
        self.reads_summary().then_some(self.0.row.kind.into())
    }

    /// Its first day; withheld from a funded provider.
    async fn starts_on(&self) -> Option<Date> {
        self.reads_summary().then(|| self.0.row.starts_on.into())
    }

    /// Its agreement; withheld from a funded provider.
    async fn agreement(&self, ctx: &Context<'_>) -> Result<Option<PartnershipAgreement>> {
        PartnershipAgreement::load(ctx, self.0.row.agreement_id).await
    }

    /// The decision that lets the budgets of its schemes exceed its income; null when there is
    /// none. Withheld from a funded provider, and from whoever reads a summary.
    async fn over_programming_approval(&self) -> Option<&str> {
        let approval = self.0.row.over_programming_approval.as_deref();
        approval.filter(|_| self.reads_terms())
    }

    /// What the partners put in, by year and source; withheld from a funded provider, and from
    /// whoever reads a summary.
    async fn contributions(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Of this year only.")] financial_year: Option<FinancialYear>,
        #[graphql(desc = "How many from the start, at most 100.")] first: Option<i32>,
        #[graphql(desc = "The cursor after which to begin.")] after: Option<String>,
        #[graphql(desc = "How many from the end, at most 100.")] last: Option<i32>,
        #[graphql(desc = "The cursor before which to end.")] before: Option<String>,
    ) -> Result<Option<ContributionConnection>> {
        let own = self.0.reads_own(FieldGroup::ContributionsOwn);
        if !own && !self.0.reads(FieldGroup::ContributionsOfOthers) {
            return Ok(None);
        }
        let (id, year) = (self.0.row.id, year(financial_year.as_ref())?);
        let viewer = ctx.viewer()?.holder();
        let bound = format!("{id} {year:?}");
        let list = ctx.request()?.cursors.list(viewer, "contributions of a fund", "", &bound);
        let page = PageArguments::of(first, after, last, before).request(&list)?;
        let wanted = ContributionsOf(NestedPage::new(ctx, id, page, year));
        let loaded = ctx.loaders()?.load_one(wanted).await?;
        let (cut, total) = loaded.unwrap_or_else(|| (Cut::empty(), None));
        let place = |seen: &Seen<_>| service::contribution::place(&seen.row);
        let page = Page::new(cut, &list, place).of_total(total);
        Ok(Some(ContributionConnection(page.map(Contribution))))
    }

    /// Movements of budget between its schemes and in and out of it, the last recorded first;
    /// withheld from a funded provider. Whoever reads a summary sees each, and little of it.
    async fn budget_movements(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Of this year only.")] financial_year: Option<FinancialYear>,
        #[graphql(desc = "How many from the start, at most 100.")] first: Option<i32>,
        #[graphql(desc = "The cursor after which to begin.")] after: Option<String>,
        #[graphql(desc = "How many from the end, at most 100.")] last: Option<i32>,
        #[graphql(desc = "The cursor before which to end.")] before: Option<String>,
    ) -> Result<Option<BudgetMovementConnection>> {
        if !self.0.reads_summary(FieldGroup::BudgetMovements) {
            return Ok(None);
        }
        let (id, year) = (self.0.row.id, year(financial_year.as_ref())?);
        let viewer = ctx.viewer()?.holder();
        let bound = format!("{id} {year:?}");
        let list = ctx.request()?.cursors.list(viewer, "movements of a fund", "", &bound);
        let page = PageArguments::of(first, after, last, before).request(&list)?;
        let wanted = MovementsOf(NestedPage::new(ctx, id, page, year));
        let loaded = ctx.loaders()?.load_one(wanted).await?;
        let (cut, total) = loaded.unwrap_or_else(|| (Cut::empty(), None));
        let place = |seen: &Seen<_>| service::movement::place(&seen.row);
        let page = Page::new(cut, &list, place).of_total(total);
        Ok(Some(BudgetMovementConnection(page.map(BudgetMovement))))
    }

    /// Its schemes: to its host and partners all, to a funded provider its own. Withheld from
    /// whoever reads no scheme.
    #[expect(clippy::too_many_arguments, reason = "the arguments of a connection")]
    async fn schemes(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Which schemes; all when left out.", name = "where")] wanted: Option<
            SchemeWhere,
        >,
        #[graphql(desc = "In which order; by reference when left out.")] order_by: Option<
            Vec<SchemeOrder>,
        >,
        #[graphql(desc = "How many from the start, at most 100.")] first: Option<i32>,
        #[graphql(desc = "The cursor after which to begin.")] after: Option<String>,
        #[graphql(desc = "How many from the end, at most 100.")] last: Option<i32>,
        #[graphql(desc = "The cursor before which to end.")] before: Option<String>,
    ) -> Result<Option<SchemeConnection>> {
        let page = PageArguments::of(first, after, last, before);
        fund_schemes::schemes(ctx, &self.0, wanted, order_by, page).await
    }

    /// The versions of its forecast, the last first: to partners those submitted; withheld from a
    /// funded provider.
    async fn forecasts(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Of this year only.")] financial_year: Option<FinancialYear>,
        #[graphql(desc = "How many from the start, at most 100.")] first: Option<i32>,
        #[graphql(desc = "The cursor after which to begin.")] after: Option<String>,
        #[graphql(desc = "How many from the end, at most 100.")] last: Option<i32>,
        #[graphql(desc = "The cursor before which to end.")] before: Option<String>,
    ) -> Result<Option<ForecastConnection>> {
        let page = PageArguments::of(first, after, last, before);
        fund_schemes::forecasts(ctx, &self.0, financial_year, &page).await
    }

    /// The returns on it that you see, the latest first; withheld from who reads none.
    async fn returns(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Of this year only.")] financial_year: Option<FinancialYear>,
        #[graphql(desc = "How many from the start, at most 100.")] first: Option<i32>,
        #[graphql(desc = "The cursor after which to begin.")] after: Option<String>,
        #[graphql(desc = "How many from the end, at most 100.")] last: Option<i32>,
        #[graphql(desc = "The cursor before which to end.")] before: Option<String>,
    ) -> Result<Option<FundReturnConnection>> {
        let page = PageArguments::of(first, after, last, before);
        fund_return::of_fund(ctx, &self.0, financial_year, &page).await
    }

    /// Its ledger transactions by day of effect; withheld from a funded provider, and from whoever
    /// reads a summary.
    async fn transactions(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Which transactions; all when left out.", name = "where")] wanted: Option<
            LedgerTransactionWhere,
        >,
        #[graphql(desc = "How many from the start, at most 100.")] first: Option<i32>,
        #[graphql(desc = "The cursor after which to begin.")] after: Option<String>,
        #[graphql(desc = "How many from the end, at most 100.")] last: Option<i32>,
        #[graphql(desc = "The cursor before which to end.")] before: Option<String>,
    ) -> Result<Option<LedgerTransactionConnection>> {
        let page = PageArguments::of(first, after, last, before);
        transactions::of_fund(ctx, &self.0, &page, wanted).await
    }

    /// Where it stands in a year; withheld from a funded provider. Null of a year of which no day
    /// is open to you.
    #[graphql(directive = cost::apply(COMPUTED))]
    async fn position(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The year.")] financial_year: FinancialYear,
        #[graphql(desc = "The last day of effect that counts; today when left out.")] as_of: Option<
            Date,
        >,
        #[graphql(desc = "The last instant of recording that counts; now when left out.")]
        known_at: Option<DateTime>,
        #[graphql(desc = "What \"by partner\" means; FUNDED_BY when left out.")] basis: Option<
            PositionBasis,
        >,
        #[graphql(
            desc = "True to count corrections in the period that they correct, rather than \
                          to show each period as it was closed."
        )]
        restated: Option<bool>,
    ) -> Result<Option<PooledFundPosition>> {
        let terms = position::terms(ctx, &financial_year, as_of.as_ref(), known_at, basis)?;
        let terms = terms.restated(restated.unwrap_or_default());
        position::of_fund(ctx, self.0.row.id, terms).await
    }

    /// Its memorandum account of a year: what every partner needs to account for its own share.
    /// Withheld from who does not read the partners' money and the host's cash.
    #[graphql(directive = cost::apply(COMPUTED))]
    async fn memorandum_account(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The year.")] financial_year: FinancialYear,
        #[graphql(desc = "The last day of effect that counts; the year's last when left out.")]
        as_of: Option<Date>,
        #[graphql(desc = "The last instant of recording that counts; now when left out.")]
        known_at: Option<DateTime>,
    ) -> Result<Option<MemorandumAccount>> {
        memorandum::of_fund(ctx, self.0.row.id, &financial_year, (as_of, known_at)).await
    }

    /// The periods of a year, as far as each is closed and released, in their order: those that your
    /// relation to the fund opens. Withheld from a funded provider.
    async fn periods(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The year.")] financial_year: FinancialYear,
    ) -> Result<Option<Vec<FundPeriod>>> {
        release::periods(ctx, &self.0, &financial_year).await
    }

    /// The grants that lift regulators' and auditors' views of this fund alone, the latest first; to
    /// a regulator or an auditor without one in force its own. Those for the whole agreement are the
    /// agreement's. Withheld from a funded provider.
    async fn access_grants(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "How many from the start, at most 100.")] first: Option<i32>,
        #[graphql(desc = "The cursor after which to begin.")] after: Option<String>,
        #[graphql(desc = "How many from the end, at most 100.")] last: Option<i32>,
        #[graphql(desc = "The cursor before which to end.")] before: Option<String>,
    ) -> Result<Option<AccessGrantConnection>> {
        grant::grants_of_fund(ctx, &self.0, &PageArguments::of(first, after, last, before)).await
    }

    /// Counts its changes, for `expectedVersion`; withheld unless you read the whole record.
    async fn version(&self) -> Option<i32> {
        self.reads_terms().then_some(self.0.row.version)
    }

    /// What your own organisation calls it in systems of its own. Nobody else sees them.
    async fn external_references(&self, ctx: &Context<'_>) -> Result<Vec<ExternalReference>> {
        let rows = ctx.loaders()?.load_one(ExternalReferencesOf(self.0.row.id)).await?;
        Ok(rows.unwrap_or_default().into_iter().map(ExternalReference::from).collect())
    }

    /// The fields that are null because they are hidden from you.
    async fn withheld(&self, ctx: &Context<'_>) -> Result<Vec<Withheld>> {
        let standing = &self.0.standing;
        let hidden = |group| standing.hidden(standing, group);
        let part = |group| standing.hidden_summary(standing, group);
        let unless = |reads: bool, why: Option<Hidden>| if reads { None } else { why };
        let agreement = PartnershipAgreement::load(ctx, self.0.row.agreement_id).await?;
        let contributions = unless(
            standing.reads_own(FieldGroup::ContributionsOwn),
            hidden(FieldGroup::ContributionsOfOthers),
        );
        let schemes =
            unless(standing.reads_own(FieldGroup::SchemeName), part(FieldGroup::SchemeName));
        let terms = hidden(FieldGroup::FundTerms);
        let all: [(Option<Hidden>, &[&'static str]); 13] = [
            (part(FieldGroup::FundTerms), &["name", "kind", "startsOn"]),
            (terms, &["overProgrammingApproval", "version"]),
            (unless(agreement.is_some(), Some(Hidden::NotAParty)), &["agreement"]),
            (contributions, &["contributions"]),
            (part(FieldGroup::BudgetMovements), &["budgetMovements"]),
            (schemes, &["schemes"]),
            (part(FieldGroup::ForecastSubmitted), &["forecasts"]),
            (fund_return::hidden(&self.0), &["returns"]),
            (hidden(FieldGroup::Ledger), &["transactions"]),
            (self.hidden_account(ctx.viewer()?.today), &["memorandumAccount"]),
            (part(FieldGroup::PeriodClosings), &["periods"]),
            (part(FieldGroup::Relations), &["accessGrants"]),
            (self.hidden_position(ctx.viewer()?.today), &["position"]),
        ];
        Ok(all.into_iter().flat_map(|(why, fields)| Withheld::because(why, fields)).collect())
    }

    /// What you may do in it.
    async fn viewer_can(&self, ctx: &Context<'_>) -> Result<PooledFundPermissions> {
        let agreement = ctx.loaders()?.load_one(AgreementById(self.0.row.agreement_id)).await?;
        let parties = match &agreement {
            Some(seen) => {
                let partnership = ctx.loaders()?.load_one(PartnersOf(seen.row.id)).await?;
                partnership.unwrap_or_default().parties_on(ctx.viewer()?.today)
            }
            // Who does not see the agreement is none of its parties; who they are stays hidden.
            None => service::agreement::hidden_parties(),
        };
        let may = service::fund::permissions(ctx.viewer()?, &parties);
        Ok(may.into())
    }
}

fn year(year: Option<&FinancialYear>) -> Result<Option<entities::value::FinancialYear>> {
    let year = year.map(|year| year.year("financialYear")).transpose();
    year.map_err(|why| stopped(why.into()))
}
