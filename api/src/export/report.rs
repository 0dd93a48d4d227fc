//! Returns and positions as spreadsheets, in the layout of their year, with a sheet that explains
//! every figure.

use entities::value::Pence;

use super::{
    layout::{ColumnLayout, Measure, Rows, SectionLayout, SheetLayout},
    table::{Cell, Column, Section, Sheet},
};
use crate::service::position::{Explained, Figures, Report, ReportLine as Line, Step};

/// What is to be written.
pub struct Written<'a> {
    /// What the fund is called.
    pub fund: &'a str,
    /// What stands above every sheet.
    pub heading: Vec<(String, String)>,
    /// The figures.
    pub report: &'a Report,
    /// True when its reader reads what is by partner.
    pub has_partners: bool,
}

impl Written<'_> {
    /// The sheets of a layout, and the explanations.
    #[must_use]
    pub fn sheets(&self, layout: &[SheetLayout]) -> Vec<Sheet> {
        let sheet = |it: &SheetLayout| {
            let sections = it.sections.iter().filter_map(|section| self.section(section));
            let sections: Vec<Section> = sections.collect();
            (!sections.is_empty()).then(|| self.sheet(&it.name, sections))
        };
        let mut sheets: Vec<Sheet> = layout.iter().filter_map(sheet).collect();
        sheets.push(self.sheet("Explanations", vec![self.explanations()]));
        sheets
    }

    fn sheet(&self, name: &str, sections: Vec<Section>) -> Sheet {
        Sheet { name: name.to_owned(), heading: self.heading.clone(), sections }
    }

    fn total(&self) -> Line {
        Line {
            id: None,
            reference: String::new(),
            name: self.fund.to_owned(),
            figures: self.report.total.clone(),
            narrative: None,
        }
    }

    /// None of what its reader does not read.
    fn lines(&self, rows: Rows) -> Option<Vec<Line>> {
        Some(match rows {
            Rows::Total => vec![self.total()],
            Rows::Schemes => self.report.schemes.clone(),
            Rows::Sources => self.report.sources.clone(),
            Rows::IncurredBy | Rows::FundedBy if !self.has_partners => return None,
            Rows::IncurredBy => self.report.incurred_by.clone(),
            Rows::FundedBy => self.report.funded_by.clone(),
        })
    }

    fn section(&self, layout: &SectionLayout) -> Option<Section> {
        let lines = self.lines(layout.rows)?;
        let column = |it: &ColumnLayout| Column { heading: it.heading.clone(), width: it.width };
        let row =
            |line: &Line| layout.columns.iter().map(|column| cell(line, column.measure)).collect();
        Some(Section {
            title: layout.title.clone(),
            columns: layout.columns.iter().map(column).collect(),
            rows: lines.iter().map(row).collect(),
            has_total: layout.rows != Rows::Total,
        })
    }

    /// A row an input and one a result, in the order of the steps.
    fn explanations(&self) -> Section {
        let headings = [
            ("Line", 34),
            ("Figure", 18),
            ("Rule", 7),
            ("Step", 18),
            ("Formula", 30),
            ("Input", 34),
            ("Amount", 15),
            ("Result", 15),
        ];
        let column = |(heading, width): (&str, u16)| Column { heading: heading.to_owned(), width };
        let all = [Rows::Total, Rows::Schemes, Rows::Sources, Rows::FundedBy, Rows::IncurredBy];
        let lines = all.into_iter().filter_map(|rows| Some((rows, self.lines(rows)?)));
        let rows = lines.flat_map(|(rows, lines)| {
            lines.into_iter().flat_map(move |line| explained(rows, &line))
        });
        Section {
            title: "How each figure came about".to_owned(),
            columns: headings.into_iter().map(column).collect(),
            rows: rows.collect(),
            has_total: false,
        }
    }
}

fn cell(line: &Line, measure: Measure) -> Cell {
    let figures: &Figures = &line.figures;
    match measure {
        Measure::Reference => Cell::Text(line.reference.clone()),
        Measure::Name => Cell::Text(line.name.clone()),
        Measure::Budget => Cell::Money(figures.budget),
        Measure::BudgetToDate => Cell::Money(figures.budget_to_date),
        Measure::Spent => Cell::Money(figures.spent),
        Measure::Refunded => Cell::Money(figures.refunded),
        Measure::Actual => Cell::Money(figures.actual),
        Measure::Committed => Cell::Money(figures.committed),
        Measure::RemainingForecast => Cell::amount(figures.remaining_forecast),
        Measure::ForecastOutturn => Cell::amount(figures.forecast_outturn),
        Measure::Variance => Cell::amount(figures.variance),
        Measure::VarianceToDate => Cell::Money(figures.variance_to_date),
        Measure::Narrative => line.narrative.clone().map_or(Cell::Empty, Cell::Text),
    }
}

fn explained(rows: Rows, line: &Line) -> Vec<Vec<Cell>> {
    let name = match rows {
        Rows::Schemes => format!("{} {}", line.reference, line.name),
        Rows::IncurredBy => format!("{}, spent", line.name),
        Rows::FundedBy => format!("{}, funded", line.name),
        Rows::Total | Rows::Sources => line.name.clone(),
    };
    let of_figure = |explained: &Explained| {
        let step = |step: &Step| {
            let about = [
                name.clone(),
                figure_name(explained),
                explained.rule.clone(),
                step.label.clone(),
                step.formula.clone(),
            ];
            let row = |input: &str, amount: Option<Pence>, result: Option<Pence>| {
                let texts = about.iter().cloned().chain([input.to_owned()]).map(Cell::Text);
                texts.chain([Cell::amount(amount), Cell::amount(result)]).collect::<Vec<_>>()
            };
            let inputs = step.inputs.iter().map(|it| row(&it.name, Some(it.amount), None));
            let result = row("", None, Some(step.result));
            inputs.chain([result]).collect::<Vec<_>>()
        };
        explained.steps.iter().flat_map(step).collect::<Vec<_>>()
    };
    line.figures.explanations.iter().flat_map(of_figure).collect()
}

fn figure_name(explained: &Explained) -> String {
    use crate::service::position::Figure;
    match explained.figure {
        Figure::Budget => "Budget",
        Figure::BudgetToDate => "Budget to date",
        Figure::Actual => "Actual to date",
        Figure::PriorYear => "Corrections of closed years",
        Figure::Committed => "Committed",
        Figure::ForecastOutturn => "Forecast outturn",
        Figure::Variance => "Variance",
        Figure::VarianceToDate => "Variance to date",
    }
    .to_owned()
}
