//! Spreadsheets as CSV, a sheet a file: UTF-8, commas, a line of headings above each section.

use super::table::{Cell, Section, Sheet};

/// What a spreadsheet would take for a formula, at the beginning of a text.
const FORMULA: [char; 6] = ['=', '+', '-', '@', '\t', '\r'];

/// The text of a sheet.
///
/// # Errors
/// When nothing can be written.
pub fn write(sheet: &Sheet) -> Result<Vec<u8>, csv::Error> {
    let mut writer = csv::WriterBuilder::new().flexible(true).from_writer(Vec::new());
    for (number, section) in sheet.sections.iter().enumerate() {
        if number > 0 {
            writer.write_record([""])?;
        }
        write_section(&mut writer, section)?;
    }
    writer.into_inner().map_err(|why| why.into_error().into())
}

fn write_section(writer: &mut csv::Writer<Vec<u8>>, section: &Section) -> Result<(), csv::Error> {
    writer.write_record(section.columns.iter().map(|column| guarded(&column.heading)))?;
    for row in &section.rows {
        writer.write_record(row.iter().map(text))?;
    }
    if section.has_total {
        let total = |column| match section.total(column) {
            Some(total) => total.to_string(),
            None if column == 0 => "Total".to_owned(),
            None => String::new(),
        };
        writer.write_record((0..section.columns.len()).map(total))?;
    }
    Ok(())
}

fn text(cell: &Cell) -> String {
    match cell {
        Cell::Text(text) => guarded(text),
        // An amount below nothing is a number, and begins with its sign.
        Cell::Money(amount) => amount.to_string(),
        Cell::Empty => String::new(),
    }
}

/// A text that no spreadsheet takes for a formula.
pub(super) fn guarded(text: &str) -> String {
    if text.starts_with(FORMULA) { format!("'{text}") } else { text.to_owned() }
}

#[cfg(test)]
mod tests {
    use entities::value::Pence;

    use super::*;
    use crate::export::table::Column;

    #[test]
    fn a_text_that_would_be_a_formula_is_written_as_text_and_an_amount_as_a_number() {
        let row = |name: &str, pence| vec![Cell::Text(name.to_owned()), Cell::Money(Pence(pence))];
        let names = ["=1+1", "+4", "-4", "@SUM(A1)", "\tx", "\rx", "a=b", ""];
        let column = |heading: &str| Column { heading: heading.to_owned(), width: 9 };
        let section = Section {
            title: "Schemes".to_owned(),
            columns: vec![column("=Name"), column("Actual")],
            rows: names.into_iter().map(|name| row(name, -150)).collect(),
            has_total: true,
        };
        let sheet = Sheet {
            name: "Schemes".to_owned(),
            heading: Vec::new(),
            sections: vec![section.clone(), section],
        };
        let written = String::from_utf8(write(&sheet).expect("a file")).expect("UTF-8");
        let lines: Vec<&str> = written.split('\n').collect();
        assert_eq!(
            lines[..5],
            ["'=Name,Actual", "'=1+1,-1.50", "'+4,-1.50", "'-4,-1.50", "'@SUM(A1),-1.50"]
        );
        assert!(written.contains("\"'\rx\",-1.50\n") && written.contains("'\tx,-1.50\n"));
        assert!(written.contains("\na=b,-1.50\n,-1.50\nTotal,-12.00\n"), "{written}");
    }
}
