use domain::rules::{
    explanation::{self, Explanation, Input},
    position::{self, Figures, Position},
    risk_share::{Bearer, OtherPart},
};
use entities::value::{Pence, Period};
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use super::FundPosition;

/// A figure of a position that can explain itself.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum Figure {
    /// The budget.
    Budget,
    /// The budget to date.
    BudgetToDate,
    /// The actual.
    Actual,
    /// What corrects years that are closed.
    PriorYear,
    /// What is committed.
    Committed,
    /// The forecast outturn.
    ForecastOutturn,
    /// The variance of the outturn.
    Variance,
    /// The variance to date.
    VarianceToDate,
}

/// A line of a fund's position.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Line {
    /// The whole fund.
    Total,
    /// A scheme.
    Scheme(Uuid),
    /// A partner.
    Partner(Uuid),
    /// What no partner bears, on the basis BORNE_BY.
    Other(OtherPart),
    /// A funding source.
    Source(String),
    /// A period.
    Period(Period),
}

/// How a figure of a line came about; nothing when the line is not there, or not forecast.
#[must_use]
pub fn explain(fund: &FundPosition, line: &Line, figure: Figure) -> Option<Explanation> {
    if let Some(explanation) = borne(fund, line, figure) {
        return Some(explanation);
    }
    let figures = match line {
        Line::Other(part) => {
            let others = &fund.borne.as_ref()?.others;
            figures(others.iter().find(|line| line.key == *part))?
        }
        _ => figures_of(&fund.position, line)?,
    };
    match figure {
        Figure::Budget => Some(explanation::budget(budget_inputs(fund, line))),
        Figure::BudgetToDate => {
            Some(explanation::budget_to_date(by_scheme(fund, line, |it| it.budget_to_date)))
        }
        Figure::Committed => Some(explanation::committed(by_scheme(fund, line, |it| it.committed))),
        Figure::Actual => Some(explanation::actual(&figures)),
        Figure::PriorYear => {
            Some(explanation::prior_year(by_scheme(fund, line, |it| it.prior_year)))
        }
        Figure::ForecastOutturn => explanation::forecast_outturn(&figures),
        Figure::Variance => explanation::variance(&figures),
        Figure::VarianceToDate => Some(explanation::variance_to_date(&figures)),
    }
}

/// How it came about what somebody bears in the end; none on another basis, and of other figures.
fn borne(fund: &FundPosition, line: &Line, figure: Figure) -> Option<Explanation> {
    let bearer = match line {
        Line::Partner(id) => Bearer::Party(*id),
        Line::Other(part) => Bearer::Nobody(*part),
        _ => return None,
    };
    let (outturn, variance) = fund.borne.as_ref()?.explanation(bearer)?;
    match figure {
        Figure::ForecastOutturn => Some(outturn.clone()),
        Figure::Variance => Some(variance.clone()),
        _ => None,
    }
}

/// A scheme's budget comes from its changes; every other line's from its schemes.
fn budget_inputs(fund: &FundPosition, line: &Line) -> Vec<Input> {
    let Line::Scheme(id) = line else {
        return by_scheme(fund, line, |figures| figures.budget);
    };
    let changes = fund.budgets.get(id).copied().unwrap_or_default();
    vec![
        Input::new("original", changes.original),
        Input::new("virements", changes.virements),
        Input::new("variations", changes.variations),
    ]
}

/// What each scheme puts into a figure of the line: the same rules, run for one scheme at a time.
fn by_scheme(fund: &FundPosition, line: &Line, figure: fn(&Figures) -> Pence) -> Vec<Input> {
    let cutoff = &fund.reach.postings;
    let part = |facts| {
        let alone = position::position(
            cutoff.year,
            cutoff.as_of,
            fund.terms.basis,
            std::slice::from_ref(facts),
        );
        let amount = figure(&figures_of(&alone, line)?);
        let name = &fund.schemes.get(&facts.id)?.name;
        (amount != Pence::ZERO).then(|| Input::new(name, amount))
    };
    fund.facts.iter().filter_map(part).collect()
}

fn figures_of(position: &Position, line: &Line) -> Option<Figures> {
    match line {
        Line::Total => Some(position.total),
        Line::Scheme(id) => figures(position.by_scheme.iter().find(|line| line.key == *id)),
        Line::Partner(id) => figures(position.by_partner.iter().find(|line| line.key == *id)),
        Line::Source(code) => figures(position.by_source.iter().find(|line| line.key == *code)),
        Line::Period(period) => figures(position.by_period.iter().find(|line| line.key == *period)),
        // Of no scheme in particular.
        Line::Other(_) => None,
    }
}

fn figures<K>(line: Option<&position::PositionLine<K>>) -> Option<Figures> {
    line.map(|line| line.figures)
}
