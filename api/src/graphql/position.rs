//! Where funds stand.

use std::{collections::HashMap, sync::Arc};

use async_graphql::{Context, Enum, Object, dataloader::Loader};
use chrono::NaiveDate;
use domain::{
    policy::{dated::Hidden, matrix::FieldGroup},
    rules::{
        explanation,
        position::{Basis, Figures, PositionLine},
        risk_share::{Bearer, OtherPart},
    },
};
use entities::value::Period;
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
    position_contributed::ContributionTotals,
    position_figures::{BudgetByOrigin, PositionFigures},
    request::{Asked, stopped},
    scalars::{Date, DateTime, FinancialYear, Money},
    withheld::{Withheld, WithheldReason},
};
use crate::service::position::{self, ContributionFigures, FundPosition, Line, Terms};

/// What "by partner" means. Each basis adds up to the fund; a position always says which it used.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Enum)]
#[graphql(remote = "domain::rules::position::Basis")]
pub enum PositionBasis {
    /// Who spent it. Budget, commitment and forecast count with the scheme's commissioner.
    IncurredBy,
    /// Who funds it, by the schemes' funding splits.
    FundedBy,
    /// Who bears it in the end: the budget that it funds, and the result of the risk share on the
    /// variance. Provisional until the year is settled.
    BorneBy,
}

/// Where a pooled fund stands in a year, as of a date and as known at an instant. The host and the
/// partners of its agreement read all of it; others who may look read the fund's totals.
#[derive(Clone, Debug)]
pub struct PooledFundPosition(pub Arc<FundPosition>);

impl PooledFundPosition {
    fn figures(&self, line: Line, figures: Figures) -> PositionFigures {
        PositionFigures::of_line(self.0.clone(), line, figures)
    }

    fn reads(&self, group: FieldGroup) -> bool {
        self.0.standing.reads(group)
    }

    fn reads_summary(&self, group: FieldGroup) -> bool {
        self.0.standing.reads_summary(group)
    }

    /// What is divided by partner needs both; and who bears it, the other funds of the risk share.
    fn reads_partners(&self) -> bool {
        let is_read = self.0.borne.as_ref().is_none_or(|borne| borne.is_read);
        is_read && self.0.is_whole() && self.reads(FieldGroup::PositionByPartner)
    }

    fn withheld_fields(&self) -> Vec<Withheld> {
        let FundPosition { standing, everywhere, reach, .. } = &*self.0;
        let whole = |group| standing.hidden(everywhere, group);
        let part = |group| standing.hidden_summary(everywhere, group);
        let lines = whole(FieldGroup::Position);
        let partners = whole(FieldGroup::PositionByPartner).or(lines);
        // Of a risk share of which some fund is another's to read.
        let is_read = self.0.borne.as_ref().is_none_or(|borne| borne.is_read);
        let partners = partners.or((!is_read).then_some(Hidden::NotAParty));
        let borne = partners.filter(|_| self.0.borne.is_some());
        let all: [(Option<Hidden>, &[&'static str]); 7] = [
            (lines, &["budgetByOrigin", "byScheme", "bySource", "byPeriod"]),
            (partners, &["byPartner"]),
            (borne, &["isProvisional"]),
            (whole(FieldGroup::ContributionsOfOthers), &["contributions"]),
            (part(FieldGroup::Cash), &["cash"]),
            (part(FieldGroup::ForecastSubmitted), &["forecastVersion"]),
            (whole(FieldGroup::AgreementTerms), &["warnings"]),
        ];
        let because = |(why, fields)| Withheld::because(why, fields);
        let mut withheld: Vec<Withheld> = all.into_iter().flat_map(because).collect();
        if !reach.has_postings() {
            let reason = WithheldReason::NotReleased;
            withheld.push(Withheld { field: "postingsTo", reason });
        }
        withheld
    }
}

/// Where a pooled fund stands in a year, as of a date and as known at an instant. The host and the
/// partners of its agreement read all of it; others who may look read the fund's totals.
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

    /// The last day of effect that counts: what was asked for, or the last day that is open to
    /// you.
    async fn as_of(&self) -> Date {
        self.0.terms.cutoff.as_of.into()
    }

    /// The last day of effect of the postings that count: earlier than `asOf` where you see
    /// postings once the host has released their period (rule V11). The forecast and the budget to
    /// date go by it too. Null while the host has released nothing of the year.
    async fn postings_to(&self) -> Option<Date> {
        self.0.reach.has_postings().then(|| self.0.reach.postings.as_of.into())
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

    /// True when corrections count in the period that they correct, false when each period is shown
    /// as it was closed.
    async fn restated(&self) -> bool {
        self.0.terms.is_restated
    }

    /// The version of the submitted forecast that was used; null without one. Withheld from who
    /// reads no forecasts.
    async fn forecast_version(&self) -> Option<i32> {
        self.0.forecast_version.filter(|_| self.reads_summary(FieldGroup::ForecastSubmitted))
    }

    /// The version of the rules that computed the figures.
    async fn rule_version(&self) -> i32 {
        i32::try_from(explanation::VERSION).unwrap_or(i32::MAX)
    }

    /// What a reader has to know, such as that the agreement is not signed. Withheld from whoever
    /// reads a summary of the agreement.
    async fn warnings(&self) -> Option<&[&'static str]> {
        self.reads(FieldGroup::AgreementTerms).then_some(&self.0.warnings)
    }

    /// The whole fund.
    async fn total(&self) -> PositionFigures {
        self.figures(Line::Total, self.0.position.total)
    }

    /// The fund's budget by how it came about. Withheld from whoever reads a summary.
    async fn budget_by_origin(&self) -> Option<BudgetByOrigin> {
        self.0.is_whole().then(|| self.0.budget_changes().into())
    }

    /// What the host holds in cash at the date: received less paid. It is another figure than the
    /// accrued position and enters none of the others. Withheld from who does not read the host's
    /// cash.
    async fn cash(&self) -> Option<Money> {
        self.reads_summary(FieldGroup::Cash).then(|| self.0.cash.into())
    }

    /// By scheme, in the order of the schemes' references. The lines add up to the total. Withheld
    /// from whoever reads a summary.
    async fn by_scheme(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "How many from the start, at most 100.")] first: Option<i32>,
        #[graphql(desc = "The cursor after which to begin.")] after: Option<String>,
        #[graphql(desc = "How many from the end, at most 100.")] last: Option<i32>,
        #[graphql(desc = "The cursor before which to end.")] before: Option<String>,
    ) -> async_graphql::Result<Option<SchemePositionConnection>> {
        if !self.0.is_whole() {
            return Ok(None);
        }
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
            .map(|page| Some(SchemePositionConnection(page)))
    }

    /// On the basis BORNE_BY, true until every partner has accepted its line of a settlement of the
    /// year; null on the others. Withheld with `byPartner`.
    async fn is_provisional(&self) -> Option<bool> {
        let borne = self.0.borne.as_ref().filter(|_| self.reads_partners());
        borne.map(|borne| !borne.is_settled)
    }

    /// By partner in the agreement's order, on the position's basis. The lines add up to the total.
    /// On the basis BORNE_BY, what no partner bears stands in lines of its own after them. Withheld
    /// from who reads the fund's money and not the partners'.
    async fn by_partner(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "How many from the start, at most 100.")] first: Option<i32>,
        #[graphql(desc = "The cursor after which to begin.")] after: Option<String>,
        #[graphql(desc = "How many from the end, at most 100.")] last: Option<i32>,
        #[graphql(desc = "The cursor before which to end.")] before: Option<String>,
    ) -> async_graphql::Result<Option<PartnerPositionConnection>> {
        if !self.reads_partners() {
            return Ok(None);
        }
        let line = |line: &PositionLine<Uuid>| PartnerPosition {
            bearer: Bearer::Party(line.key),
            figures: self.figures(Line::Partner(line.key), line.figures),
        };
        let other = |line: &PositionLine<OtherPart>| PartnerPosition {
            bearer: Bearer::Nobody(line.key),
            figures: self.figures(Line::Other(line.key), line.figures),
        };
        let others = self.0.borne.iter().flat_map(|borne| &borne.others).map(other);
        let lines: Vec<_> = self.0.position.by_partner.iter().map(line).chain(others).collect();
        let arguments = PageArguments::of(first, after, last, before);
        page(ctx, self.0.fund.id, "by_partner", &arguments, &lines, PartnerPosition::key)
            .map(|page| Some(PartnerPositionConnection(page)))
    }

    /// By funding source: the same on either basis. The lines add up to the total. Withheld from
    /// whoever reads a summary.
    async fn by_source(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "How many from the start, at most 100.")] first: Option<i32>,
        #[graphql(desc = "The cursor after which to begin.")] after: Option<String>,
        #[graphql(desc = "How many from the end, at most 100.")] last: Option<i32>,
        #[graphql(desc = "The cursor before which to end.")] before: Option<String>,
    ) -> async_graphql::Result<Option<SourcePositionConnection>> {
        if !self.0.is_whole() {
            return Ok(None);
        }
        let line = |line: &PositionLine<String>| SourcePosition {
            source_code: line.key.clone(),
            figures: self.figures(Line::Source(line.key.clone()), line.figures),
        };
        let lines: Vec<_> = self.0.position.by_source.iter().map(line).collect();
        let arguments = PageArguments::of(first, after, last, before);
        page(ctx, self.0.fund.id, "by_source", &arguments, &lines, |it| it.source_code.clone())
            .map(|page| Some(SourcePositionConnection(page)))
    }

    /// By period: all fourteen, with or without money. Withheld from whoever reads a summary.
    async fn by_period(&self) -> Option<Vec<PeriodPosition>> {
        let line = |line: &PositionLine<Period>| PeriodPosition {
            period: line.key.number(),
            figures: self.figures(Line::Period(line.key), line.figures),
        };
        self.0.is_whole().then(|| self.0.position.by_period.iter().map(line).collect())
    }

    /// What all partners contribute together.
    async fn contribution_totals(&self) -> ContributionTotals {
        ContributionTotals::of(&self.0)
    }

    /// What the partners contribute, by partner and source. Withheld from whoever reads a summary:
    /// see `contributionTotals`.
    async fn contributions(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "How many from the start, at most 100.")] first: Option<i32>,
        #[graphql(desc = "The cursor after which to begin.")] after: Option<String>,
        #[graphql(desc = "How many from the end, at most 100.")] last: Option<i32>,
        #[graphql(desc = "The cursor before which to end.")] before: Option<String>,
    ) -> async_graphql::Result<Option<ContributionPositionConnection>> {
        if !self.reads(FieldGroup::ContributionsOfOthers) {
            return Ok(None);
        }
        let hidden = self.0.standing.hidden(&self.0.everywhere, FieldGroup::ContributionsPaid);
        let line = |line: &ContributionFigures| ContributionPosition(line.clone(), hidden);
        // What is there because of a posting alone is not shown to who reads none.
        let told = |line: &&ContributionFigures| line.is_agreed || hidden.is_none();
        let lines: Vec<_> = self.0.contributions.iter().filter(told).map(line).collect();
        let arguments = PageArguments::of(first, after, last, before);
        let key = |line: &ContributionPosition| format!("{} {}", line.0.partner, line.0.source);
        page(ctx, self.0.fund.id, "contributions", &arguments, &lines, key)
            .map(|page| Some(ContributionPositionConnection(page)))
    }

    /// The fields that are null because they are hidden from you.
    async fn withheld(&self) -> Vec<Withheld> {
        self.withheld_fields()
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
