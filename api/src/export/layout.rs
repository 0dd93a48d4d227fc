//! Which columns the spreadsheets of a financial year have: data, keyed by year, in `layouts.json`.
//! A year without a layout of its own has that of the last year before it.

use std::{collections::BTreeMap, sync::LazyLock};

use entities::value::FinancialYear;
use serde::Deserialize;

/// The layouts of a year.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
pub struct Layouts {
    /// The sheets of a return.
    #[serde(rename = "return")]
    pub of_return: Vec<SheetLayout>,
    /// The sheets of a position.
    #[serde(rename = "position")]
    pub of_position: Vec<SheetLayout>,
}

/// The layout of a sheet.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
pub struct SheetLayout {
    /// What it is called.
    pub name: String,
    /// Its sections.
    pub sections: Vec<SectionLayout>,
}

/// The layout of a section.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
pub struct SectionLayout {
    /// What it is called.
    pub title: String,
    /// Which rows it has.
    pub rows: Rows,
    /// Which columns it has.
    pub columns: Vec<ColumnLayout>,
}

/// The layout of a column.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
pub struct ColumnLayout {
    /// What stands above it.
    pub heading: String,
    /// What stands in it.
    pub measure: Measure,
    /// How wide it is, in characters.
    pub width: u16,
}

/// The rows of a section.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum Rows {
    /// The whole fund, in one row.
    Total,
    /// A row a scheme.
    Schemes,
    /// A row a funding source.
    Sources,
    /// A row a partner, by who spent it.
    IncurredBy,
    /// A row a partner, by who funds it.
    FundedBy,
}

/// What stands in a column.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum Measure {
    /// A scheme's reference, or a source's code.
    Reference,
    /// What it is called.
    Name,
    /// The budget of the year.
    Budget,
    /// The part of it that falls on the time up to the date.
    BudgetToDate,
    /// What was spent.
    Spent,
    /// What was given back of it.
    Refunded,
    /// Both together.
    Actual,
    /// What is promised and not released.
    Committed,
    /// What the forecast still expects.
    RemainingForecast,
    /// Actual and remaining forecast.
    ForecastOutturn,
    /// Outturn less budget.
    Variance,
    /// Actual less budget to date.
    VarianceToDate,
    /// Why it varies, as the host says it.
    Narrative,
}

/// The layouts as they are written, by year.
static LAYOUTS: LazyLock<BTreeMap<FinancialYear, Layouts>> = LazyLock::new(|| {
    let read = serde_json::from_str(include_str!("layouts.json"));
    read.unwrap_or_else(|why| panic!("layouts.json: {why}"))
});

/// The layouts of a year.
#[must_use]
pub fn of_year(year: FinancialYear) -> Option<&'static Layouts> {
    let latest = LAYOUTS.range(..=year).next_back().or_else(|| LAYOUTS.first_key_value());
    latest.map(|(_, layouts)| layouts)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn year(start: i32) -> FinancialYear {
        FinancialYear::starting(start).expect("a year")
    }

    #[test]
    fn every_year_has_the_layout_of_its_own_or_of_the_last_before_it() {
        let own = of_year(year(2025)).expect("a layout");
        assert_eq!(of_year(year(2026)), Some(own));
        assert_eq!(of_year(year(2020)), Some(own), "before the first, the first");
        assert_eq!(LAYOUTS.keys().next(), Some(&year(2025)));
    }

    #[test]
    fn every_sheet_has_a_name_that_a_spreadsheet_takes_and_columns() {
        for layouts in LAYOUTS.values() {
            for sheet in layouts.of_return.iter().chain(&layouts.of_position) {
                assert!((1..=31).contains(&sheet.name.chars().count()), "{}", sheet.name);
                assert!(!sheet.name.contains(['[', ']', ':', '*', '?', '/', '\\']));
                assert!(sheet.sections.iter().all(|section| !section.columns.is_empty()));
            }
        }
    }
}
