//! What a spreadsheet is, whatever it is written as: sheets of sections of columns.

use chrono::NaiveDate;
use entities::value::Pence;

/// A spreadsheet.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Book {
    /// What it is called.
    pub title: String,
    /// The day of its figures.
    pub as_of: NaiveDate,
    /// Its sheets.
    pub sheets: Vec<Sheet>,
}

/// One sheet.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Sheet {
    /// What it is called, at most 31 characters and without `[]:*?/\`.
    pub name: String,
    /// What stands above its sections: a label and its value.
    pub heading: Vec<(String, String)>,
    /// Its sections, one below the other.
    pub sections: Vec<Section>,
}

/// A table of a sheet.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Section {
    /// What it is called.
    pub title: String,
    /// Its columns.
    pub columns: Vec<Column>,
    /// Its rows, a cell a column.
    pub rows: Vec<Vec<Cell>>,
    /// True when a line of totals stands below: sums that the spreadsheet adds up itself.
    pub has_total: bool,
}

/// A column of a table.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Column {
    /// What stands above it.
    pub heading: String,
    /// How wide it is, in characters.
    pub width: u16,
}

/// What stands in a cell.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Cell {
    /// A text, never a formula, whatever it begins with.
    Text(String),
    /// An amount of money.
    Money(Pence),
    /// Nothing: not known, or not for the reader.
    Empty,
}

impl Section {
    /// The total of a column: none of a column without amounts, or with a cell that has none.
    #[must_use]
    pub fn total(&self, column: usize) -> Option<Pence> {
        let amount = |row: &Vec<Cell>| match row.get(column) {
            Some(Cell::Money(amount)) => Some(*amount),
            _ => None,
        };
        let amounts: Option<Vec<Pence>> = self.rows.iter().map(amount).collect();
        amounts.filter(|it| !it.is_empty()).map(|it| it.into_iter().sum())
    }
}

impl Cell {
    /// An amount that may not be known.
    #[must_use]
    pub fn amount(amount: Option<Pence>) -> Self {
        amount.map_or(Self::Empty, Self::Money)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_total_adds_up_a_column_of_which_every_amount_is_known() {
        let column = |heading: &str| Column { heading: heading.to_owned(), width: 9 };
        let row = |amount| vec![Cell::Text("S".into()), Cell::Money(Pence(amount)), Cell::Empty];
        let section = Section {
            title: String::new(),
            columns: ["Name", "Budget", "Outturn"].into_iter().map(column).collect(),
            rows: vec![row(150), row(-50)],
            has_total: true,
        };
        assert_eq!([0, 1, 2, 3].map(|it| section.total(it)), [None, Some(Pence(100)), None, None]);
    }
}
