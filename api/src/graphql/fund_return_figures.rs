//! The figures of a return, as they were when it was submitted.

use std::sync::Arc;

use async_graphql::{Context, Enum, Object, Result};
use domain::{policy::matrix::FieldGroup, rules::position::Basis};
use entities::fund_return;
use uuid::Uuid;

use super::{
    organisation::Organisation,
    paging::PageArguments,
    position::PositionBasis,
    position_breakdown::page,
    position_figures::{Explanation, ExplanationInput, ExplanationStep, PositionFigure},
    request::fault,
    scalars::{Date, DateTime, Money},
    withheld::Withheld,
};
use crate::{
    access::Seen,
    connection,
    service::{
        fund_return::{self as service, Content},
        position::{Explained, Figure, Figures, Input, ReportLine, Step},
    },
};

/// By what the figures of a return are divided.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Enum)]
pub enum ReturnBreakdown {
    /// By scheme, in the order of their references.
    Scheme,
    /// By funding source.
    Source,
}

/// The figures of a return, frozen when it was submitted: asked again, they are the same for ever.
/// Whoever reads the whole return reads them.
#[derive(Clone, Debug)]
pub struct ReturnFigures {
    pub(super) id: Uuid,
    pub(super) content: Arc<Content>,
    pub(super) seen: Seen<fund_return::Model>,
}

/// The amounts of a line of a return, in pounds, as they were when it was submitted.
#[derive(Clone, Debug)]
pub struct ReturnAmounts(Figures);

/// The line of a scheme or of a funding source.
#[derive(Clone, Debug)]
pub struct ReturnLine(ReportLine);

/// The line of a partner.
#[derive(Clone, Debug)]
pub struct ReturnPartnerLine(ReportLine);

connection!(ReturnLineConnection, ReturnLineEdge, ReturnLine, "lines of a return");
connection!(
    ReturnPartnerLineConnection,
    ReturnPartnerLineEdge,
    ReturnPartnerLine,
    "partners' lines of a return"
);

/// The figures of a return, frozen when it was submitted: asked again, they are the same for ever.
/// Whoever reads the whole return reads them.
#[Object]
impl ReturnFigures {
    /// The last day of effect that counts.
    async fn as_of(&self) -> Date {
        self.content.as_of.into()
    }

    /// The last instant of recording that counts: a position of the fund with it as `knownAt` and
    /// the same `asOf` has the same figures.
    async fn known_at(&self) -> DateTime {
        DateTime(self.content.known_at.into())
    }

    /// The version of the rules that computed the figures.
    async fn rule_version(&self) -> i32 {
        i32::try_from(self.content.rule_version).unwrap_or(i32::MAX)
    }

    /// The version of the submitted forecast that was used; null without one.
    async fn forecast_version(&self) -> Option<i32> {
        self.content.forecast_version
    }

    /// What a reader has to know, such as that the agreement was not signed.
    async fn warnings(&self) -> &[String] {
        &self.content.warnings
    }

    /// What the host held in cash: another figure than the accrued ones. Withheld from who does
    /// not read the host's cash.
    async fn cash(&self) -> Option<Money> {
        service::reads_cash(&self.seen).then(|| self.content.cash.into())
    }

    /// The whole fund.
    async fn total(&self) -> ReturnAmounts {
        ReturnAmounts(self.content.report.total.clone())
    }

    /// The fund by scheme or by funding source. The lines add up to the total.
    async fn lines(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "By what.")] by: ReturnBreakdown,
        #[graphql(desc = "How many from the start, at most 100.")] first: Option<i32>,
        #[graphql(desc = "The cursor after which to begin.")] after: Option<String>,
        #[graphql(desc = "How many from the end, at most 100.")] last: Option<i32>,
        #[graphql(desc = "The cursor before which to end.")] before: Option<String>,
    ) -> Result<ReturnLineConnection> {
        let (lines, name) = match by {
            ReturnBreakdown::Scheme => (&self.content.report.schemes, "return by scheme"),
            ReturnBreakdown::Source => (&self.content.report.sources, "return by source"),
        };
        let lines: Vec<ReturnLine> = lines.iter().cloned().map(ReturnLine).collect();
        let arguments = PageArguments::of(first, after, last, before);
        let key = |line: &ReturnLine| line.0.reference.clone();
        page(ctx, self.id, name, &arguments, &lines, key).map(ReturnLineConnection)
    }

    /// The fund by partner. The lines add up to the total. Withheld from who reads the fund's
    /// money and not the partners'. Null on BORNE_BY: a return says who spent and who funds, and a
    /// settlement who bears.
    async fn by_partner(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "What \"by partner\" means.")] basis: PositionBasis,
        #[graphql(desc = "How many from the start, at most 100.")] first: Option<i32>,
        #[graphql(desc = "The cursor after which to begin.")] after: Option<String>,
        #[graphql(desc = "How many from the end, at most 100.")] last: Option<i32>,
        #[graphql(desc = "The cursor before which to end.")] before: Option<String>,
    ) -> Result<Option<ReturnPartnerLineConnection>> {
        if !service::reads_partners(&self.seen) {
            return Ok(None);
        }
        let (lines, name) = match basis.into() {
            Basis::IncurredBy => (&self.content.report.incurred_by, "return by spender"),
            Basis::FundedBy => (&self.content.report.funded_by, "return by funder"),
            Basis::BorneBy => return Ok(None),
        };
        let lines: Vec<_> = lines.iter().cloned().map(ReturnPartnerLine).collect();
        let arguments = PageArguments::of(first, after, last, before);
        let key = |line: &ReturnPartnerLine| line.0.id.unwrap_or_default().to_string();
        let page = page(ctx, self.id, name, &arguments, &lines, key)?;
        Ok(Some(ReturnPartnerLineConnection(page)))
    }

    /// The fields that are null because they are hidden from you.
    async fn withheld(&self) -> Vec<Withheld> {
        let standing = &self.seen.standing;
        let hidden = |group| standing.hidden_summary(standing, group);
        let partners = Withheld::because(hidden(FieldGroup::PositionByPartner), &["byPartner"]);
        let cash = Withheld::because(hidden(FieldGroup::Cash), &["cash"]);
        cash.into_iter().chain(partners).collect()
    }
}

/// The amounts of a line of a return, in pounds, as they were when it was submitted.
#[Object]
impl ReturnAmounts {
    /// The budget of the year.
    async fn budget(&self) -> Money {
        self.0.budget.into()
    }

    /// The part of the budget that fell on the time up to the date, by the monthly profile.
    async fn budget_to_date(&self) -> Money {
        self.0.budget_to_date.into()
    }

    /// What was spent, with its adjustments.
    async fn spent(&self) -> Money {
        self.0.spent.into()
    }

    /// What was given back: below nothing, as a rule.
    async fn refunded(&self) -> Money {
        self.0.refunded.into()
    }

    /// Spent and refunded together: actual to date.
    async fn actual(&self) -> Money {
        self.0.actual.into()
    }

    /// What was promised and not released.
    async fn committed(&self) -> Money {
        self.0.committed.into()
    }

    /// What corrects years that are closed, in pounds: no part of what was spent.
    async fn prior_year(&self) -> Money {
        self.0.prior_year.into()
    }

    /// What the submitted forecast still expected; null where none was submitted.
    async fn remaining_forecast(&self) -> Option<Money> {
        self.0.remaining_forecast.map(Into::into)
    }

    /// Actual and remaining forecast; null where no forecast was submitted.
    async fn forecast_outturn(&self) -> Option<Money> {
        self.0.forecast_outturn.map(Into::into)
    }

    /// Forecast outturn less budget: positive is adverse; null where no forecast was submitted.
    async fn variance(&self) -> Option<Money> {
        self.0.variance.map(Into::into)
    }

    /// Actual less budget to date: positive is adverse.
    async fn variance_to_date(&self) -> Money {
        self.0.variance_to_date.into()
    }

    /// How one of these figures came about, as it was explained then; null for a figure that is
    /// null.
    async fn explanation(
        &self,
        #[graphql(desc = "Which figure.")] of: PositionFigure,
    ) -> Option<Explanation> {
        let wanted = Figure::from(of);
        let explained = self.0.explanations.iter().find(|it| it.figure == wanted)?;
        Some(explained.into())
    }
}

impl From<&Explained> for Explanation {
    fn from(explained: &Explained) -> Self {
        let input =
            |it: &Input| ExplanationInput { name: it.name.clone(), amount: it.amount.into() };
        let step = |it: &Step| ExplanationStep {
            label: it.label.clone(),
            formula: it.formula.clone(),
            inputs: it.inputs.iter().map(input).collect(),
            result: it.result.into(),
        };
        Self {
            rule: explained.rule.clone(),
            version: i32::try_from(explained.version).unwrap_or(i32::MAX),
            steps: explained.steps.iter().map(step).collect(),
        }
    }
}

/// The line of a scheme or of a funding source.
#[Object]
impl ReturnLine {
    /// The scheme's reference, or the source's code; `UNATTRIBUTED` where nobody said who funds a
    /// scheme.
    async fn reference(&self) -> &str {
        &self.0.reference
    }

    /// What it was called.
    async fn name(&self) -> &str {
        &self.0.name
    }

    /// Its amounts.
    async fn amounts(&self) -> ReturnAmounts {
        ReturnAmounts(self.0.figures.clone())
    }

    /// Why it varies from its budget, as the host says it; null where nothing was said.
    async fn narrative(&self) -> Option<&str> {
        self.0.narrative.as_deref()
    }
}

/// The line of a partner.
#[Object]
impl ReturnPartnerLine {
    /// The partner.
    async fn partner(&self, ctx: &Context<'_>) -> Result<Organisation> {
        let id = self.0.id.ok_or_else(|| fault("a partner's line names no partner"))?;
        Organisation::referred(ctx, id).await
    }

    /// What it was called then.
    async fn name(&self) -> &str {
        &self.0.name
    }

    /// Its amounts.
    async fn amounts(&self) -> ReturnAmounts {
        ReturnAmounts(self.0.figures.clone())
    }
}
