//! What publishers printed about agreements and funds.

use async_graphql::{Context, Enum, ID, Object, Result};
use entities::published_statement as statement;

use super::{
    agreement::PartnershipAgreement,
    costs::{COMPUTED, cost},
    fund::PooledFund,
    loaders::Loading,
    nested::NestedPage,
    node::Kind,
    organisation::Organisation,
    paging::{Page, PageArguments},
    published_statement_loaders::{
        PublishedStatementById, ReconciliationOf, StatementsOf, SupersededBy,
    },
    reconciliation::Reconciliation,
    request::{Asked, fault, stopped},
    scalars::{Date, DateTime, FinancialYear, Money},
};
use crate::{
    access::Seen,
    connection,
    database::Cut,
    service::published_statement::{self as service, Content, Figure},
};

/// In what amounts of pounds figures are printed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Enum)]
#[graphql(remote = "statement::PrintedUnit")]
pub enum PrintedUnit {
    /// Pounds.
    Pounds,
    /// Thousands of pounds.
    Thousands,
    /// Millions of pounds.
    Millions,
    /// Hundreds of millions of pounds.
    HundredMillions,
    /// Thousands of millions of pounds.
    Billions,
}

/// Whether what is printed was planned, expected or had happened.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Enum)]
#[graphql(remote = "statement::StatementStatus")]
pub enum PublishedStatementStatus {
    /// Before the year: what is to happen.
    Plan,
    /// During the year: what is expected.
    Forecast,
    /// Afterwards: what happened.
    Outturn,
}

/// Which computed figure a printed one claims to be: of the fund, or of all of the agreement's
/// funds together when the statement is about the agreement.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Enum)]
#[graphql(remote = "statement::Measure")]
pub enum PrintedMeasure {
    /// What partners have agreed to put in: of one partner where the figure names one.
    ContributionsAgreed,
    /// The budget.
    Budget,
    /// The budget as set originally.
    OriginalBudget,
    /// What movements added to the budget or took away.
    Movements,
    /// What was spent, less what was given back.
    Actual,
    /// Actual and what is still forecast.
    ForecastOutturn,
    /// Outturn less budget: positive is adverse.
    Variance,
}

/// What a publisher printed about an agreement or a fund of it, for a year. Whoever stands to it on
/// the day as at which the statement speaks sees it; for everybody else it does not exist.
#[derive(Clone, Debug)]
pub struct PublishedStatement(pub Seen<statement::Model>);

/// A figure as it was printed. Whoever sees its statement sees it.
#[derive(Clone, Debug)]
pub struct PrintedFigure(Figure);

connection!(
    PublishedStatementConnection,
    PublishedStatementEdge,
    PublishedStatement,
    "published statements, of those that you see"
);

impl PublishedStatement {
    fn content(&self) -> Result<Content> {
        service::content(&self.0.row).map_err(fault)
    }
}

/// What a publisher printed about an agreement or a fund of it, for a year. Whoever stands to it on
/// the day as at which the statement speaks sees it; for everybody else it does not exist.
#[Object]
impl PublishedStatement {
    /// The identity, opaque and lasting.
    pub(crate) async fn id(&self) -> ID {
        Kind::PublishedStatement.id(self.0.row.id)
    }

    /// The agreement; null for whoever sees the fund only.
    async fn agreement(&self, ctx: &Context<'_>) -> Result<Option<PartnershipAgreement>> {
        PartnershipAgreement::load(ctx, self.0.row.agreement_id).await
    }

    /// The fund, when it is about one only; null when it is about the agreement and all its funds.
    async fn fund(&self, ctx: &Context<'_>) -> Result<Option<PooledFund>> {
        match self.0.row.fund_id {
            Some(fund) => PooledFund::load(ctx, fund).await,
            None => Ok(None),
        }
    }

    /// Who printed it.
    async fn publisher(&self) -> &str {
        &self.0.row.publisher
    }

    /// The title of the source.
    async fn source_title(&self) -> &str {
        &self.0.row.source_title
    }

    /// Where the source is found; null where that is not known.
    async fn source_address(&self) -> Option<&str> {
        self.0.row.source_address.as_deref()
    }

    /// The source's own date, as printed: many say a month only; null where it has none.
    async fn source_date(&self) -> Option<&str> {
        self.0.row.source_date.as_deref()
    }

    /// The year.
    async fn financial_year(&self) -> FinancialYear {
        self.0.row.financial_year.into()
    }

    /// The period as at which it speaks: 1 is April, 12 is March; null when it speaks of the year.
    async fn period(&self) -> Option<i32> {
        self.0.row.period.map(entities::value::Period::number)
    }

    /// The day as at which it speaks, within the agreement's term: the last of its period; of a
    /// plan for the year the year's first, and of everything else the year's last.
    async fn as_at(&self) -> Date {
        self.0.row.as_at.into()
    }

    /// In what its figures are printed, unless a figure says otherwise.
    async fn unit(&self) -> PrintedUnit {
        self.0.row.unit.into()
    }

    /// With how many decimals they are printed, unless a figure says otherwise.
    async fn decimals(&self) -> i32 {
        self.0.row.decimals
    }

    /// Whether it was planned, expected or had happened.
    async fn status(&self) -> PublishedStatementStatus {
        self.0.row.status.into()
    }

    /// What the source does not say; null where nothing is noted.
    async fn note(&self) -> Option<&str> {
        self.0.row.note.as_deref()
    }

    /// The figures as printed, at most 200.
    async fn figures(&self) -> Result<Vec<PrintedFigure>> {
        Ok(self.content()?.figures.into_iter().map(PrintedFigure).collect())
    }

    /// The printed figures held against the computed ones, against their own totals, and against
    /// what other statements print for the same things.
    #[graphql(directive = cost::apply(COMPUTED))]
    async fn reconciliation(&self, ctx: &Context<'_>) -> Result<Option<Reconciliation>> {
        let reconciled = ctx.loaders()?.load_one(ReconciliationOf(self.0.row.id)).await?;
        Ok(reconciled.map(Reconciliation))
    }

    /// The statement that it corrects; null where it corrects none, or none that you see.
    async fn supersedes(&self, ctx: &Context<'_>) -> Result<Option<Self>> {
        let Some(id) = self.0.row.supersedes_id else { return Ok(None) };
        Ok(ctx.loaders()?.load_one(PublishedStatementById(id)).await?.map(Self))
    }

    /// The statement that corrects it; null while none does that you see.
    async fn superseded_by(&self, ctx: &Context<'_>) -> Result<Option<Self>> {
        Ok(ctx.loaders()?.load_one(SupersededBy(self.0.row.id)).await?.map(Self))
    }

    /// The organisation that recorded it.
    async fn recorded_as(&self, ctx: &Context<'_>) -> Result<Organisation> {
        Organisation::referred(ctx, self.0.row.recorded_as_id).await
    }

    /// When it was recorded.
    async fn recorded_at(&self) -> DateTime {
        self.0.row.recorded_at.into()
    }
}

/// A figure as it was printed. Whoever sees its statement sees it.
#[Object]
impl PrintedFigure {
    /// What the source calls it; unique in the statement.
    async fn name(&self) -> &str {
        &self.0.name
    }

    /// Its digits as printed, in its unit.
    async fn printed(&self) -> &str {
        &self.0.printed
    }

    /// In what it is printed.
    async fn unit(&self) -> PrintedUnit {
        self.0.unit.into()
    }

    /// With how many decimals it is printed: it was rounded by at most half of one in the last.
    async fn decimals(&self) -> i32 {
        i32::try_from(self.0.decimals).unwrap_or(i32::MAX)
    }

    /// What it says, in pounds.
    async fn amount(&self) -> Result<Money> {
        Ok(self.0.read().map_err(fault)?.amount().into())
    }

    /// Whose it is; null where it is no single partner's.
    async fn partner(&self, ctx: &Context<'_>) -> Result<Option<Organisation>> {
        match self.0.partner {
            Some(partner) => Organisation::referred(ctx, partner).await.map(Some),
            None => Ok(None),
        }
    }

    /// Which computed figure it claims to be; null where nothing like it is computed.
    async fn measures(&self) -> Option<PrintedMeasure> {
        self.0.measures.map(PrintedMeasure::from)
    }

    /// What it speaks of, in words; null where nothing is said. Figures of other statements with the
    /// same are compared with it.
    async fn subject(&self) -> Option<&str> {
        self.0.subject.as_deref()
    }
}

/// The statements about a year of an agreement.
///
/// # Errors
/// `WRONG_YEAR`, a bad page or cursor, or a fault.
pub async fn of_agreement(
    ctx: &Context<'_>,
    agreement: uuid::Uuid,
    year: &FinancialYear,
    arguments: &PageArguments,
) -> Result<PublishedStatementConnection> {
    let year = year.year("financialYear").map_err(|why| stopped(why.into()))?;
    let viewer = ctx.viewer()?.holder();
    let of = format!("{agreement} {year}");
    let list = ctx.request()?.cursors.list(viewer, "published_statements", "", &of);
    let page = arguments.request(&list)?;
    let wanted = StatementsOf(NestedPage::new(ctx, agreement, page, year));
    let loaded = ctx.loaders()?.load_one(wanted).await?;
    let (cut, total) = loaded.unwrap_or_else(|| (Cut::empty(), None));
    let place = |seen: &Seen<_>| service::place(&seen.row);
    let page = Page::new(cut, &list, place).of_total(total);
    Ok(PublishedStatementConnection(page.map(PublishedStatement)))
}
