//! The figures of a position, and how each came about.

use std::sync::Arc;

use async_graphql::{Enum, Object, SimpleObject};
use domain::{
    policy::{dated::Hidden, matrix::FieldGroup},
    rules::{
        explanation::{self, Input},
        position::Figures,
    },
};
use entities::value::Pence;

use super::{scalars::Money, withheld::Withheld};
use crate::service::position::{BudgetChanges, Figure, FundPosition, Line, explain};

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
    /// Corrections of years that are closed.
    PriorYear,
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
    /// Why the viewer reads the totals only; none when it reads all.
    hidden: Option<Hidden>,
    explained: Explained,
}

/// The fields that the summary leaves out.
const DETAILS: &[&str] = &[
    "budgetToDate",
    "spent",
    "refunded",
    "priorYear",
    "remainingForecast",
    "varianceToDate",
    "explanation",
];

/// Where the explanation of a line's figures comes from.
#[derive(Clone, Debug)]
enum Explained {
    /// A line of a fund's position.
    Fund(Arc<FundPosition>, Line),
    /// A sum of several funds' figures.
    Sum(Arc<Vec<(String, Figures)>>),
}

impl PositionFigures {
    /// The figures of one line of a fund's position.
    pub(super) fn of_line(fund: Arc<FundPosition>, line: Line, figures: Figures) -> Self {
        let hidden = fund.standing.hidden(&fund.everywhere, FieldGroup::Position);
        Self { figures, hidden, explained: Explained::Fund(fund, line) }
    }

    /// The figures of several funds together, each with its fund's name; as much as is read of
    /// every one of them (rule V8).
    pub(super) fn together(parts: Vec<(String, Figures)>, hidden: Option<Hidden>) -> Self {
        let figures = parts.iter().fold(Figures::ZERO, |sum, (_, part)| sum + *part);
        Self { figures, hidden, explained: Explained::Sum(Arc::new(parts)) }
    }

    /// A figure that the summary leaves out.
    fn detail(&self, amount: Pence) -> Option<Money> {
        self.hidden.is_none().then(|| amount.into())
    }

    /// An explanation is read where every input is: of a fund's totals some are not (rule V8).
    fn explains(&self, of: PositionFigure) -> bool {
        let of_total = !matches!(
            of,
            PositionFigure::BudgetToDate
                | PositionFigure::VarianceToDate
                | PositionFigure::PriorYear
        );
        match &self.explained {
            _ if self.hidden.is_none() => true,
            Explained::Fund(..) => false,
            Explained::Sum(_) => of_total,
        }
    }
}

/// The figures of a position or of one line of it, in pounds.
#[Object]
impl PositionFigures {
    /// The budget of the year: original, virements and variations effective by the date.
    async fn budget(&self) -> Money {
        self.figures.budget.into()
    }

    /// The part of the budget that falls on the time up to the date, by the monthly profile.
    /// Withheld from whoever reads a summary.
    async fn budget_to_date(&self) -> Option<Money> {
        self.detail(self.figures.budget_to_date)
    }

    /// What was spent, with its adjustments. Withheld from whoever reads a summary.
    async fn spent(&self) -> Option<Money> {
        self.detail(self.figures.spent)
    }

    /// What was given back, with its adjustments: below nothing, as a rule. Withheld from whoever
    /// reads a summary.
    async fn refunded(&self) -> Option<Money> {
        self.detail(self.figures.refunded)
    }

    /// Spent and refunded together: actual to date.
    async fn actual(&self) -> Money {
        self.figures.actual.into()
    }

    /// Corrections of years that are closed, recorded in this one: in none of the other figures.
    /// Restated, they are in the years that they correct. Withheld from whoever reads a summary.
    async fn prior_year(&self) -> Option<Money> {
        self.detail(self.figures.prior_year)
    }

    /// What is promised and not released. Lines by period have none: a promise is for the year.
    async fn committed(&self) -> Money {
        self.figures.committed.into()
    }

    /// What the submitted forecast still expects; null while none was submitted. Withheld from
    /// whoever reads a summary.
    async fn remaining_forecast(&self) -> Option<Money> {
        self.figures.remaining_forecast.and_then(|amount| self.detail(amount))
    }

    /// Actual and remaining forecast; null while no forecast was submitted.
    async fn forecast_outturn(&self) -> Option<Money> {
        self.figures.forecast_outturn.map(Into::into)
    }

    /// Forecast outturn less budget: positive is adverse; null while no forecast was submitted.
    async fn variance(&self) -> Option<Money> {
        self.figures.variance.map(Into::into)
    }

    /// Actual less budget to date: positive is adverse. Withheld from whoever reads a summary.
    async fn variance_to_date(&self) -> Option<Money> {
        self.detail(self.figures.variance_to_date)
    }

    /// The fields that are null because they are hidden from you: `explanation` where that of some
    /// figure is.
    async fn withheld(&self) -> Vec<Withheld> {
        Withheld::because(self.hidden, DETAILS)
    }

    /// How one of these figures came about; null for a figure that is null. Withheld where an input
    /// is.
    async fn explanation(
        &self,
        #[graphql(desc = "Which figure.")] of: PositionFigure,
    ) -> Option<Explanation> {
        if !self.explains(of) {
            return None;
        }
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
        Figure::PriorYear => Some(figures.prior_year),
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
        Figure::PriorYear => "M9",
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
