//! A fund's position as a report: every figure with its explanation, in lines that carry the names
//! of what they are about. Returns are frozen reports.

use std::collections::HashMap;

use domain::rules::{
    explanation,
    position::{self, Basis, PositionLine, UNATTRIBUTED},
};
use entities::value::Pence;
use sea_orm::ConnectionTrait;
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use super::{Figure, FundPosition, Line as Which, Terms, explain, of_funds};
use crate::{
    auth::Viewer,
    service::{Stopped, code_list::List, organisation, scheme},
};

/// What explains itself in a report.
const EXPLAINED: [Figure; 7] = [
    Figure::Budget,
    Figure::BudgetToDate,
    Figure::Actual,
    Figure::Committed,
    Figure::ForecastOutturn,
    Figure::Variance,
    Figure::VarianceToDate,
];

/// The figures of a fund, whole and in their breakdowns: each adds up to the total.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Report {
    /// The whole fund.
    pub total: Figures,
    /// By scheme, in the order of their references.
    pub schemes: Vec<Line>,
    /// By funding source.
    pub sources: Vec<Line>,
    /// By partner, by who spent it.
    pub incurred_by: Vec<Line>,
    /// By partner, by who funds it.
    pub funded_by: Vec<Line>,
}

/// A fund's position with its report.
#[derive(Clone, Debug)]
pub struct Reported {
    /// The position, by who spent it.
    pub position: FundPosition,
    /// Its figures.
    pub report: Report,
}

/// One line of a breakdown.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Line {
    /// The scheme or the partner; none of a source.
    pub id: Option<Uuid>,
    /// A scheme's reference, or a source's code; empty of a partner.
    pub reference: String,
    /// What it is called.
    pub name: String,
    /// Its figures.
    pub figures: Figures,
    /// Why it varies from its budget, as the host says it.
    pub narrative: Option<String>,
}

/// The figures of a line.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Figures {
    /// The budget of the year.
    pub budget: Pence,
    /// The part of it that falls on the time up to the date.
    pub budget_to_date: Pence,
    /// What was spent.
    pub spent: Pence,
    /// What was given back of it.
    pub refunded: Pence,
    /// What was spent less what was given back.
    pub actual: Pence,
    /// What is promised and not released.
    pub committed: Pence,
    /// What corrects years that are closed.
    #[serde(default)]
    pub prior_year: Pence,
    /// What the forecast still expects.
    pub remaining_forecast: Option<Pence>,
    /// Actual and remaining forecast.
    pub forecast_outturn: Option<Pence>,
    /// Outturn less budget: positive is adverse.
    pub variance: Option<Pence>,
    /// Actual less the budget to date.
    pub variance_to_date: Pence,
    /// How each came about.
    pub explanations: Vec<Explained>,
}

/// How one figure came about.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Explained {
    /// Which figure.
    pub figure: Figure,
    /// The number of the rule.
    pub rule: String,
    /// Its version.
    pub version: u32,
    /// From the first step to the figure itself.
    pub steps: Vec<Step>,
}

/// One step of an explanation.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Step {
    /// What it computes.
    pub label: String,
    /// How, in words.
    pub formula: String,
    /// From what.
    pub inputs: Vec<Input>,
    /// What comes out.
    pub result: Pence,
}

/// One amount that enters a step.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Input {
    /// What it is.
    pub name: String,
    /// How much.
    pub amount: Pence,
}

impl Figures {
    fn new(figures: &position::Figures, explanations: Vec<Explained>) -> Self {
        Self {
            budget: figures.budget,
            budget_to_date: figures.budget_to_date,
            spent: figures.spent,
            refunded: figures.refunded,
            actual: figures.actual,
            committed: figures.committed,
            prior_year: figures.prior_year,
            remaining_forecast: figures.remaining_forecast,
            forecast_outturn: figures.forecast_outturn,
            variance: figures.variance,
            variance_to_date: figures.variance_to_date,
            explanations,
        }
    }
}

impl Explained {
    fn new(figure: Figure, explanation: explanation::Explanation) -> Self {
        let input = |it: explanation::Input| Input { name: it.name, amount: it.amount };
        let step = |it: explanation::Step| Step {
            label: it.label.to_owned(),
            formula: it.formula.to_owned(),
            inputs: it.inputs.into_iter().map(input).collect(),
            result: it.result,
        };
        Self {
            figure,
            rule: explanation.rule.to_owned(),
            version: explanation.version,
            steps: explanation.steps.into_iter().map(step).collect(),
        }
    }
}

impl From<&Figures> for position::Figures {
    fn from(figures: &Figures) -> Self {
        Self {
            budget: figures.budget,
            budget_to_date: figures.budget_to_date,
            spent: figures.spent,
            refunded: figures.refunded,
            actual: figures.actual,
            committed: figures.committed,
            prior_year: figures.prior_year,
            remaining_forecast: figures.remaining_forecast,
            forecast_outturn: figures.forecast_outturn,
            variance: figures.variance,
            variance_to_date: figures.variance_to_date,
        }
    }
}

/// The report of a fund, whole; none when the viewer does not read the whole of its position. What
/// is by partner is for the caller to leave out, where the viewer does not read it.
///
/// # Errors
/// A fault of the database.
pub async fn report(
    connection: &impl ConnectionTrait,
    viewer: &Viewer,
    fund: Uuid,
    terms: Terms,
) -> Result<Option<Reported>, Stopped> {
    let on = |basis| Terms { basis, ..terms };
    let spent = of_funds(connection, viewer, &[fund], on(Basis::IncurredBy)).await?.pop();
    let funded = of_funds(connection, viewer, &[fund], on(Basis::FundedBy)).await?.pop();
    let (Some(spent), Some(funded)) = (spent, funded) else { return Ok(None) };
    if !spent.is_whole() {
        return Ok(None);
    }
    let names = Names::of(connection, &spent, &funded).await?;
    let partners = |position: &FundPosition| {
        let lines = position.position.by_partner.iter();
        lines.map(|it| names.partner(position, it)).collect()
    };
    let mut schemes: Vec<Line> =
        spent.position.by_scheme.iter().map(|it| scheme_line(&spent, it)).collect();
    schemes.sort_by(|one, other| one.reference.cmp(&other.reference));
    let report = Report {
        total: figures(&spent, &Which::Total, &spent.position.total),
        schemes,
        sources: spent.position.by_source.iter().map(|it| names.source(&spent, it)).collect(),
        incurred_by: partners(&spent),
        funded_by: partners(&funded),
    };
    Ok(Some(Reported { position: spent, report }))
}

fn figures(position: &FundPosition, line: &Which, figures: &position::Figures) -> Figures {
    let explained = EXPLAINED
        .into_iter()
        .filter_map(|figure| Some(Explained::new(figure, explain(position, line, figure)?)));
    Figures::new(figures, explained.collect())
}

fn scheme_line(position: &FundPosition, line: &PositionLine<Uuid>) -> Line {
    let scheme = position.schemes.get(&line.key);
    Line {
        id: Some(line.key),
        reference: scheme.map_or_else(String::new, |it| it.reference.clone()),
        name: scheme.map_or_else(String::new, |it| it.name.clone()),
        figures: figures(position, &Which::Scheme(line.key), &line.figures),
        narrative: None,
    }
}

/// What people call the partners and the sources.
struct Names {
    partners: HashMap<Uuid, String>,
    sources: HashMap<String, String>,
}

impl Names {
    async fn of(
        connection: &impl ConnectionTrait,
        spent: &FundPosition,
        funded: &FundPosition,
    ) -> Result<Self, Stopped> {
        let lines = spent.position.by_partner.iter().chain(&funded.position.by_partner);
        let partners: Vec<Uuid> = lines.map(|line| line.key).collect();
        let partners = organisation::by_ids(connection, &partners).await?;
        let codes: Vec<&str> =
            spent.position.by_source.iter().map(|line| line.key.as_str()).collect();
        let sources = scheme::codes(connection, List::FundingSource, &codes).await?;
        Ok(Self {
            partners: partners.into_iter().map(|(id, row)| (id, row.name)).collect(),
            sources: sources.into_iter().map(|(code, entry)| (code, entry.label)).collect(),
        })
    }

    fn partner(&self, position: &FundPosition, line: &PositionLine<Uuid>) -> Line {
        Line {
            id: Some(line.key),
            reference: String::new(),
            name: self.partners.get(&line.key).cloned().unwrap_or_default(),
            figures: figures(position, &Which::Partner(line.key), &line.figures),
            narrative: None,
        }
    }

    /// A source that is in no list any more stands for itself.
    fn source(&self, position: &FundPosition, line: &PositionLine<String>) -> Line {
        let unattributed = || (line.key == UNATTRIBUTED).then(|| "Not attributed".to_owned());
        let label = self.sources.get(&line.key).cloned().or_else(unattributed);
        Line {
            id: None,
            reference: line.key.clone(),
            name: label.unwrap_or_else(|| line.key.clone()),
            figures: figures(position, &Which::Source(line.key.clone()), &line.figures),
            narrative: None,
        }
    }
}
