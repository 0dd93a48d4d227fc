//! Where funds and agreements stand.

use std::{collections::HashMap, sync::Arc};

use async_graphql::{Context, Enum, Object, SimpleObject, dataloader::Loader};
use chrono::NaiveDate;
use domain::rules::{
    explanation::{self, Input},
    position::{Basis, Figures, PositionLine},
};
use entities::value::Pence;
use uuid::Uuid;

use super::{
    loaders::{LoadFailed, Loading, Scoped},
    organisation::Organisation,
    paging::{PageArguments, page_of},
    request::{Asked, stopped},
    scalars::{Date, DateTime, FinancialYear, Money},
};
use crate::{
    connection,
    service::position::{
        self, BudgetChanges, ContributionFigures, Figure, FundPosition, Line, Terms, explain,
    },
};

/// What "by partner" means. Each basis adds up to the fund; a position always says which it used.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Enum)]
#[graphql(remote = "domain::rules::position::Basis")]
pub enum PositionBasis {
    /// Who spent it. Budget, commitment and forecast count with the scheme's commissioner.
    IncurredBy,
    /// Who funds it, by the schemes' funding splits.
    FundedBy,
}

/// A figure of a position that can explain itself.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Enum)]
#[graphql(remote = "crate::service::position::Figure")]
pub enum PositionFigure {
    /// The budget of the year.
    Budget,
    /// The part of the budget that falls on the time up to the date.
    BudgetToDate,
    /// What was spent less what was given back.
    Actual,
    /// What is promised and not released.
    Committed,
    /// Actual and what is still forecast.
    ForecastOutturn,
    /// Outturn less budget; positive is adverse.
    Variance,
    /// Actual less budget to date; positive is adverse.
    VarianceToDate,
}

/// How a figure came about, in steps that can be added up again.
#[derive(Clone, Debug, SimpleObject)]
pub struct Explanation {
    /// The number of the rule in the domain's description, such as `M4`.
    pub rule: String,
    /// The version of the rule.
    pub version: i32,
    /// From the first step to the figure itself.
    pub steps: Vec<ExplanationStep>,
}

/// One step of an explanation.
#[derive(Clone, Debug, SimpleObject)]
pub struct ExplanationStep {
    /// What the step computes.
    pub label: String,
    /// How, in the names of its inputs.
    pub formula: String,
    /// What enters.
    pub inputs: Vec<ExplanationInput>,
    /// What comes out, in pounds.
    pub result: Money,
}

/// One amount that enters a step.
#[derive(Clone, Debug, SimpleObject)]
pub struct ExplanationInput {
    /// What it is.
    pub name: String,
    /// How much, in pounds.
    pub amount: Money,
}

impl From<explanation::Explanation> for Explanation {
    fn from(explanation: explanation::Explanation) -> Self {
        let input =
            |input: Input| ExplanationInput { name: input.name, amount: input.amount.into() };
        let step = |step: explanation::Step| ExplanationStep {
            label: step.label.to_owned(),
            formula: step.formula.to_owned(),
            inputs: step.inputs.into_iter().map(input).collect(),
            result: step.result.into(),
        };
        Self {
            rule: explanation.rule.to_owned(),
            version: i32::try_from(explanation.version).unwrap_or(i32::MAX),
            steps: explanation.steps.into_iter().map(step).collect(),
        }
    }
}

/// The figures of a position or of one line of it, in pounds.
#[derive(Clone, Debug)]
pub struct PositionFigures {
    figures: Figures,
    explained: Explained,
}

/// Where the explanation of a line's figures comes from.
#[derive(Clone, Debug)]
enum Explained {
    /// A line of a fund's position.
    Fund(Arc<FundPosition>, Line),
    /// A sum of several funds' figures.
    Sum(Arc<Vec<(String, Figures)>>),
}

/// The figures of a position or of one line of it, in pounds.
#[Object]
impl PositionFigures {
    /// The budget of the year: original, virements and variations effective by the date.
    async fn budget(&self) -> Money {
        self.figures.budget.into()
    }

    /// The part of the budget that falls on the time up to the date, by the monthly profile.
    async fn budget_to_date(&self) -> Money {
        self.figures.budget_to_date.into()
    }

    /// What was spent, with its adjustments.
    async fn spent(&self) -> Money {
        self.figures.spent.into()
    }

    /// What was given back, with its adjustments: below nothing, as a rule.
    async fn refunded(&self) -> Money {
        self.figures.refunded.into()
    }

    /// Spent and refunded together: actual to date.
    async fn actual(&self) -> Money {
        self.figures.actual.into()
    }

    /// What is promised and not released. Lines by period have none: a promise is for the year.
    async fn committed(&self) -> Money {
        self.figures.committed.into()
    }

    /// What the submitted forecast still expects; null while none was submitted.
    async fn remaining_forecast(&self) -> Option<Money> {
        self.figures.remaining_forecast.map(Into::into)
    }

    /// Actual and remaining forecast; null while no forecast was submitted.
    async fn forecast_outturn(&self) -> Option<Money> {
        self.figures.forecast_outturn.map(Into::into)
    }

    /// Forecast outturn less budget: positive is adverse; null while no forecast was submitted.
    async fn variance(&self) -> Option<Money> {
        self.figures.variance.map(Into::into)
    }

    /// Actual less budget to date: positive is adverse.
    async fn variance_to_date(&self) -> Money {
        self.figures.variance_to_date.into()
    }

    /// How one of these figures came about; null for a figure that is null.
    async fn explanation(
        &self,
        #[graphql(desc = "Which figure.")] of: PositionFigure,
    ) -> Option<Explanation> {
        match &self.explained {
            Explained::Fund(fund, line) => explain(fund, line, of.into()).map(Into::into),
            Explained::Sum(parts) => sum_of(parts, of.into()).map(Into::into),
        }
    }
}

fn sum_of(parts: &[(String, Figures)], of: Figure) -> Option<explanation::Explanation> {
    let figure = |figures: &Figures| match of {
        Figure::Budget => Some(figures.budget),
        Figure::BudgetToDate => Some(figures.budget_to_date),
        Figure::Actual => Some(figures.actual),
        Figure::Committed => Some(figures.committed),
        Figure::ForecastOutturn => figures.forecast_outturn,
        Figure::Variance => figures.variance,
        Figure::VarianceToDate => Some(figures.variance_to_date),
    };
    let inputs: Option<Vec<Input>> =
        parts.iter().map(|(name, part)| Some(Input::new(name, figure(part)?))).collect();
    let rule = match of {
        Figure::Committed => "M7",
        Figure::Actual => "M12",
        Figure::ForecastOutturn => "M10",
        Figure::Budget | Figure::BudgetToDate | Figure::Variance | Figure::VarianceToDate => "M4",
    };
    Some(explanation::together(rule, inputs?))
}

/// A budget by how it came about, in pounds.
#[derive(Clone, Debug, SimpleObject)]
pub struct BudgetByOrigin {
    /// As set originally.
    pub original: Money,
    /// Moved between schemes of the pool: adds up to nothing over a fund.
    pub virements: Money,
    /// Moved into the pool (positive) or out of it (negative).
    pub variations: Money,
}

impl From<BudgetChanges> for BudgetByOrigin {
    fn from(changes: BudgetChanges) -> Self {
        Self {
            original: changes.original.into(),
            virements: changes.virements.into(),
            variations: changes.variations.into(),
        }
    }
}

/// What one partner contributes from one source, in pounds. The four figures differ.
#[derive(Clone, Debug)]
pub struct ContributionPosition(ContributionFigures);

/// What one partner contributes from one source, in pounds. The four figures differ.
#[Object]
impl ContributionPosition {
    /// The partner.
    async fn partner(&self, ctx: &Context<'_>) -> async_graphql::Result<Option<Organisation>> {
        Organisation::load(ctx, self.0.partner).await
    }

    /// The funding source's code in the year's list.
    async fn source_code(&self) -> &str {
        &self.0.source
    }

    /// As planned before the year.
    async fn planned(&self) -> Money {
        self.0.planned.into()
    }

    /// What approved variations added or took away.
    async fn varied(&self) -> Money {
        self.0.varied.into()
    }

    /// Planned and varied together.
    async fn agreed(&self) -> Money {
        (self.0.planned + self.0.varied).into()
    }

    /// What the host invoiced.
    async fn invoiced(&self) -> Money {
        self.0.invoiced.into()
    }

    /// What the host received.
    async fn received(&self) -> Money {
        self.0.received.into()
    }

    /// What was given back to the partner: positive, never netted off.
    async fn refunded(&self) -> Money {
        self.0.refunded.into()
    }
}

/// The line of one scheme.
#[derive(Clone, Debug, SimpleObject)]
pub struct SchemePosition {
    /// The scheme's reference within the fund.
    pub scheme_reference: String,
    /// The scheme's name.
    pub scheme_name: String,
    /// Its figures.
    pub figures: PositionFigures,
    #[graphql(skip)]
    key: String,
}

/// The line of one partner, on the position's basis.
#[derive(Clone, Debug)]
pub struct PartnerPosition {
    partner: Uuid,
    figures: PositionFigures,
}

/// The line of one partner, on the position's basis.
#[Object]
impl PartnerPosition {
    /// The partner.
    async fn partner(&self, ctx: &Context<'_>) -> async_graphql::Result<Option<Organisation>> {
        Organisation::load(ctx, self.partner).await
    }

    /// Its figures.
    async fn figures(&self) -> &PositionFigures {
        &self.figures
    }
}

/// The line of one funding source.
#[derive(Clone, Debug, SimpleObject)]
pub struct SourcePosition {
    /// The funding source's code; `UNATTRIBUTED` where nobody said who funds a scheme.
    pub source_code: String,
    /// Its figures.
    pub figures: PositionFigures,
}

/// The line of one period.
#[derive(Clone, Debug, SimpleObject)]
pub struct PeriodPosition {
    /// 1 is April, 12 is March, 13 and 14 are the adjustment periods.
    pub period: i32,
    /// Its figures. They have no commitments, which are for the year.
    pub figures: PositionFigures,
}

connection!(SchemePositionConnection, SchemePositionEdge, SchemePosition, "schemes' lines");
connection!(PartnerPositionConnection, PartnerPositionEdge, PartnerPosition, "partners' lines");
connection!(SourcePositionConnection, SourcePositionEdge, SourcePosition, "sources' lines");
connection!(
    ContributionPositionConnection,
    ContributionPositionEdge,
    ContributionPosition,
    "contributions"
);

/// Where a pooled fund stands in a year, as of a date and as known at an instant. For the host and
/// the partners of its agreement.
#[derive(Clone, Debug)]
pub struct PooledFundPosition(pub Arc<FundPosition>);

impl PooledFundPosition {
    fn figures(&self, line: Line, figures: Figures) -> PositionFigures {
        PositionFigures { figures, explained: Explained::Fund(self.0.clone(), line) }
    }
}

/// Where a pooled fund stands in a year, as of a date and as known at an instant. For the host and
/// the partners of its agreement.
#[Object]
impl PooledFundPosition {
    /// The fund's reference.
    async fn fund_reference(&self) -> &str {
        &self.0.fund.reference
    }

    /// The fund's name.
    async fn fund_name(&self) -> &str {
        &self.0.fund.name
    }

    /// How the fund's money is bound.
    async fn kind(&self) -> super::fund::FundKind {
        self.0.fund.kind.into()
    }

    /// The year.
    async fn financial_year(&self) -> FinancialYear {
        self.0.terms.cutoff.year.into()
    }

    /// The last day of effect that counts.
    async fn as_of(&self) -> Date {
        self.0.terms.cutoff.as_of.into()
    }

    /// The instant of the last recording that is included. Asked again with it as `knownAt`, the
    /// position answers the same for ever.
    async fn known_at(&self) -> DateTime {
        self.0.known_at.into()
    }

    /// What "by partner" means here.
    async fn basis(&self) -> PositionBasis {
        self.0.terms.basis.into()
    }

    /// The version of the submitted forecast that was used; null without one.
    async fn forecast_version(&self) -> Option<i32> {
        self.0.forecast_version
    }

    /// The version of the rules that computed the figures.
    async fn rule_version(&self) -> i32 {
        i32::try_from(explanation::VERSION).unwrap_or(i32::MAX)
    }

    /// What a reader has to know, such as that the agreement is not signed.
    async fn warnings(&self) -> &[&'static str] {
        &self.0.warnings
    }

    /// The whole fund.
    async fn total(&self) -> PositionFigures {
        self.figures(Line::Total, self.0.position.total)
    }

    /// The fund's budget by how it came about.
    async fn budget_by_origin(&self) -> BudgetByOrigin {
        self.0.budget_changes().into()
    }

    /// What the host holds in cash at the date: received less paid. It is another figure than the
    /// accrued position and enters none of the others.
    async fn cash(&self) -> Money {
        self.0.cash.into()
    }

    /// By scheme, in the order of the schemes' references. The lines add up to the total.
    async fn by_scheme(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "How many from the start, at most 100.")] first: Option<i32>,
        #[graphql(desc = "The cursor after which to begin.")] after: Option<String>,
        #[graphql(desc = "How many from the end, at most 100.")] last: Option<i32>,
        #[graphql(desc = "The cursor before which to end.")] before: Option<String>,
    ) -> async_graphql::Result<SchemePositionConnection> {
        let line = |line: &PositionLine<Uuid>| {
            let scheme = self.0.schemes.get(&line.key);
            SchemePosition {
                scheme_reference: scheme.map_or_else(String::new, |it| it.reference.clone()),
                scheme_name: scheme.map_or_else(String::new, |it| it.name.clone()),
                figures: self.figures(Line::Scheme(line.key), line.figures),
                key: line.key.to_string(),
            }
        };
        let mut lines: Vec<_> = self.0.position.by_scheme.iter().map(line).collect();
        lines.sort_by(|a, b| a.scheme_reference.cmp(&b.scheme_reference));
        let arguments = PageArguments::of(first, after, last, before);
        page(ctx, self.0.fund.id, "by_scheme", &arguments, &lines, |line| line.key.clone())
            .map(SchemePositionConnection)
    }

    /// By partner, on the position's basis. The lines add up to the total.
    async fn by_partner(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "How many from the start, at most 100.")] first: Option<i32>,
        #[graphql(desc = "The cursor after which to begin.")] after: Option<String>,
        #[graphql(desc = "How many from the end, at most 100.")] last: Option<i32>,
        #[graphql(desc = "The cursor before which to end.")] before: Option<String>,
    ) -> async_graphql::Result<PartnerPositionConnection> {
        let line = |line: &PositionLine<Uuid>| PartnerPosition {
            partner: line.key,
            figures: self.figures(Line::Partner(line.key), line.figures),
        };
        let lines: Vec<_> = self.0.position.by_partner.iter().map(line).collect();
        let arguments = PageArguments::of(first, after, last, before);
        page(ctx, self.0.fund.id, "by_partner", &arguments, &lines, |it| it.partner.to_string())
            .map(PartnerPositionConnection)
    }

    /// By funding source: the same on either basis. The lines add up to the total.
    async fn by_source(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "How many from the start, at most 100.")] first: Option<i32>,
        #[graphql(desc = "The cursor after which to begin.")] after: Option<String>,
        #[graphql(desc = "How many from the end, at most 100.")] last: Option<i32>,
        #[graphql(desc = "The cursor before which to end.")] before: Option<String>,
    ) -> async_graphql::Result<SourcePositionConnection> {
        let line = |line: &PositionLine<String>| SourcePosition {
            source_code: line.key.clone(),
            figures: self.figures(Line::Source(line.key.clone()), line.figures),
        };
        let lines: Vec<_> = self.0.position.by_source.iter().map(line).collect();
        let arguments = PageArguments::of(first, after, last, before);
        page(ctx, self.0.fund.id, "by_source", &arguments, &lines, |it| it.source_code.clone())
            .map(SourcePositionConnection)
    }

    /// By period: all fourteen, with or without money.
    async fn by_period(&self) -> Vec<PeriodPosition> {
        let lines = self.0.position.by_period.iter();
        lines
            .map(|line| PeriodPosition {
                period: line.key.number(),
                figures: self.figures(Line::Period(line.key), line.figures),
            })
            .collect()
    }

    /// What the partners contribute, by partner and source.
    async fn contributions(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "How many from the start, at most 100.")] first: Option<i32>,
        #[graphql(desc = "The cursor after which to begin.")] after: Option<String>,
        #[graphql(desc = "How many from the end, at most 100.")] last: Option<i32>,
        #[graphql(desc = "The cursor before which to end.")] before: Option<String>,
    ) -> async_graphql::Result<ContributionPositionConnection> {
        let lines: Vec<_> =
            self.0.contributions.iter().cloned().map(ContributionPosition).collect();
        let arguments = PageArguments::of(first, after, last, before);
        let key = |line: &ContributionPosition| format!("{} {}", line.0.partner, line.0.source);
        page(ctx, self.0.fund.id, "contributions", &arguments, &lines, key)
            .map(ContributionPositionConnection)
    }
}

fn page<N: Clone>(
    ctx: &Context<'_>,
    fund: Uuid,
    name: &str,
    arguments: &PageArguments,
    lines: &[N],
    key: impl Fn(&N) -> String,
) -> async_graphql::Result<super::paging::Page<N>> {
    let list = ctx.request()?.cursors.list(ctx.viewer()?.organisation, name, "", &fund.to_string());
    page_of(lines, arguments, &list, key)
}

/// Where an agreement stands: its funds' positions, summed by kind. Aligned and in-view money is
/// reported beside the pool and never crosses to another partner.
#[derive(Clone, Debug)]
pub struct AgreementPosition(pub Vec<PooledFundPosition>);

/// The funds of one kind together.
#[derive(Clone, Debug, SimpleObject)]
pub struct KindPosition {
    /// How the money is bound.
    pub kind: super::fund::FundKind,
    /// The figures.
    pub figures: PositionFigures,
}

/// Where an agreement stands: its funds' positions, summed by kind. Aligned and in-view money is
/// reported beside the pool and never crosses to another partner.
#[Object]
impl AgreementPosition {
    /// All funds together.
    async fn total(&self) -> PositionFigures {
        summed(self.0.iter())
    }

    /// The budget of all funds by how it came about.
    async fn budget_by_origin(&self) -> BudgetByOrigin {
        let mut sum = BudgetChanges::default();
        for changes in self.0.iter().map(|fund| fund.0.budget_changes()) {
            sum.original += changes.original;
            sum.virements += changes.virements;
            sum.variations += changes.variations;
        }
        sum.into()
    }

    /// What the host holds in cash for all funds.
    async fn cash(&self) -> Money {
        self.0.iter().map(|fund| fund.0.cash).sum::<Pence>().into()
    }

    /// The funds summed by kind.
    async fn by_kind(&self) -> Vec<KindPosition> {
        let mut kinds: Vec<_> = self.0.iter().map(|fund| fund.0.kind()).collect();
        kinds.sort();
        kinds.dedup();
        kinds
            .into_iter()
            .map(|kind| KindPosition {
                kind: kind.into(),
                figures: summed(self.0.iter().filter(|fund| fund.0.kind() == kind)),
            })
            .collect()
    }

    /// The position of each fund.
    async fn funds(&self) -> Vec<PooledFundPosition> {
        self.0.clone()
    }
}

fn summed<'a>(funds: impl Iterator<Item = &'a PooledFundPosition>) -> PositionFigures {
    let parts: Vec<(String, Figures)> =
        funds.map(|fund| (fund.0.fund.name.clone(), fund.0.position.total)).collect();
    let figures = parts.iter().fold(Figures::ZERO, |sum, (_, part)| sum + *part);
    PositionFigures { figures, explained: Explained::Sum(Arc::new(parts)) }
}

/// What a position is asked for by.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct PositionKey {
    /// The fund.
    pub fund: Uuid,
    /// The terms.
    pub terms: Terms,
}

impl Loader<PositionKey> for Scoped {
    type Value = PooledFundPosition;
    type Error = LoadFailed;

    async fn load(
        &self,
        keys: &[PositionKey],
    ) -> Result<HashMap<PositionKey, PooledFundPosition>, LoadFailed> {
        let Some(viewer) = self.0.viewer.as_deref() else { return Ok(HashMap::new()) };
        let snapshot = self.0.snapshot().await?;
        let mut by_terms: HashMap<Terms, Vec<Uuid>> = HashMap::new();
        for key in keys {
            by_terms.entry(key.terms).or_default().push(key.fund);
        }
        let mut loaded = HashMap::new();
        for (terms, funds) in by_terms {
            let positions = position::of_funds(snapshot.connection(), viewer, &funds, terms)
                .await
                .map_err(stopped)?;
            for position in positions {
                let key = PositionKey { fund: position.fund.id, terms };
                loaded.insert(key, PooledFundPosition(Arc::new(position)));
            }
        }
        Ok(loaded)
    }
}

/// The terms that a field's arguments mean.
///
/// # Errors
/// When the year or the date is malformed.
pub fn terms(
    ctx: &Context<'_>,
    year: &FinancialYear,
    as_of: Option<&Date>,
    known_at: Option<DateTime>,
    basis: Option<PositionBasis>,
) -> async_graphql::Result<Terms> {
    let malformed = |refusal| stopped(crate::service::Stopped::Refused(refusal));
    let year = year.year("financialYear").map_err(malformed)?;
    let as_of: Option<NaiveDate> =
        as_of.map(|day| day.day("asOf")).transpose().map_err(malformed)?;
    let basis = basis.map_or(Basis::FundedBy, Into::into);
    let today = ctx.request()?.database.clock().today();
    Ok(Terms::new(year, as_of, known_at.map(|at| at.0), basis, today))
}

/// The position of one fund; null when its books are not the viewer's to read.
///
/// # Errors
/// A fault of the database.
pub async fn of_fund(
    ctx: &Context<'_>,
    fund: Uuid,
    terms: Terms,
) -> async_graphql::Result<Option<PooledFundPosition>> {
    ctx.loaders()?.load_one(PositionKey { fund, terms }).await
}
