//! Where funds stand.

use std::{collections::HashMap, sync::Arc};

use async_graphql::{Context, Enum, Object, dataloader::Loader};
use chrono::NaiveDate;
use domain::rules::{
    explanation,
    position::{Basis, Figures, PositionLine},
};
use uuid::Uuid;

use super::{
    fund::FundKind,
    loaders::{LoadFailed, Loading, Scoped},
    paging::PageArguments,
    position_breakdown::{
        ContributionPosition, ContributionPositionConnection, PartnerPosition,
        PartnerPositionConnection, PeriodPosition, SchemePosition, SchemePositionConnection,
        SourcePosition, SourcePositionConnection, page,
    },
    position_figures::{BudgetByOrigin, PositionFigures},
    request::{Asked, stopped},
    scalars::{Date, DateTime, FinancialYear, Money},
};
use crate::service::position::{self, FundPosition, Line, Terms};

/// What "by partner" means. Each basis adds up to the fund; a position always says which it used.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Enum)]
#[graphql(remote = "domain::rules::position::Basis")]
pub enum PositionBasis {
    /// Who spent it. Budget, commitment and forecast count with the scheme's commissioner.
    IncurredBy,
    /// Who funds it, by the schemes' funding splits.
    FundedBy,
}

/// Where a pooled fund stands in a year, as of a date and as known at an instant. For the host and
/// the partners of its agreement.
#[derive(Clone, Debug)]
pub struct PooledFundPosition(pub Arc<FundPosition>);

impl PooledFundPosition {
    fn figures(&self, line: Line, figures: Figures) -> PositionFigures {
        PositionFigures::of_line(self.0.clone(), line, figures)
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
    async fn kind(&self) -> FundKind {
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

    /// By partner in the agreement's order, on the position's basis. The lines add up to the total.
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
