//! Spreadsheets as xlsx. Amounts are numbers, because a spreadsheet adds up nothing else: they are
//! read from their decimal text and computed with nowhere here (rule M1). A total is a formula, with
//! its result beside it for those who show and do not calculate.

use chrono::Datelike;
use entities::value::Pence;
use rust_xlsxwriter::{
    DocProperties, ExcelDateTime, Format, FormatAlign, FormatBorder, Formula, Workbook, Worksheet,
    XlsxError,
};

use super::table::{Book, Cell, Section, Sheet};

/// Pounds and pence, thousands apart, what is below nothing in red.
const MONEY: &str = "#,##0.00;[Red]-#,##0.00";

struct Formats {
    title: Format,
    label: Format,
    heading: Format,
    text: Format,
    money: Format,
    total_label: Format,
    total: Format,
}

impl Formats {
    fn new() -> Self {
        let bold = Format::new().set_bold();
        Self {
            title: bold.clone().set_font_size(14),
            label: bold.clone(),
            heading: bold
                .clone()
                .set_text_wrap()
                .set_align(FormatAlign::Top)
                .set_border_bottom(FormatBorder::Thin),
            text: Format::new().set_text_wrap().set_align(FormatAlign::Top),
            money: Format::new().set_num_format(MONEY).set_align(FormatAlign::Top),
            total_label: bold.clone().set_border_top(FormatBorder::Thin),
            total: bold.set_num_format(MONEY).set_border_top(FormatBorder::Thin),
        }
    }
}

/// The bytes of a spreadsheet.
///
/// # Errors
/// When something does not fit the format.
pub fn write(book: &Book) -> Result<Vec<u8>, XlsxError> {
    let mut workbook = Workbook::new();
    workbook.set_properties(&properties(book)?);
    let formats = Formats::new();
    for sheet in &book.sheets {
        let worksheet = workbook.add_worksheet();
        worksheet.set_name(&sheet.name)?;
        write_sheet(worksheet, sheet, &formats)?;
    }
    workbook.save_to_buffer()
}

/// The same book is the same bytes: it is dated by its figures and not by when it was written.
fn properties(book: &Book) -> Result<DocProperties, XlsxError> {
    let year = u16::try_from(book.as_of.year()).unwrap_or(1900);
    let month = u8::try_from(book.as_of.month()).unwrap_or(1);
    let day = u8::try_from(book.as_of.day()).unwrap_or(1);
    let made = ExcelDateTime::from_ymd(year, month, day)?;
    Ok(DocProperties::new().set_title(&book.title).set_creation_datetime(&made))
}

fn write_sheet(
    worksheet: &mut Worksheet,
    sheet: &Sheet,
    formats: &Formats,
) -> Result<(), XlsxError> {
    let columns = sheet.sections.iter().map(|section| section.columns.len()).max().unwrap_or(0);
    for column in 0..columns {
        let of = sheet.sections.iter().filter_map(|section| section.columns.get(column));
        let width = of.map(|it| it.width).max().unwrap_or(12);
        worksheet.set_column_width(place(column), f64::from(width))?;
    }
    let mut row = 0;
    for (label, value) in &sheet.heading {
        if row == 0 {
            worksheet.write_string_with_format(row, 0, value, &formats.title)?;
        } else {
            worksheet.write_string_with_format(row, 0, label, &formats.label)?;
            worksheet.write_string(row, 1, value)?;
        }
        row += 1;
    }
    for (number, section) in sheet.sections.iter().enumerate() {
        row = write_section(worksheet, section, (row + 1, number == 0), formats)?;
    }
    worksheet.set_landscape();
    worksheet.set_print_fit_to_pages(1, 0);
    Ok(())
}

/// Writes a section from a row on, and answers the row after it. What stands above the rows of the
/// first section stays in view.
fn write_section(
    worksheet: &mut Worksheet,
    section: &Section,
    (mut row, is_first): (u32, bool),
    formats: &Formats,
) -> Result<u32, XlsxError> {
    worksheet.write_string_with_format(row, 0, &section.title, &formats.label)?;
    row += 1;
    for (column, it) in section.columns.iter().enumerate() {
        worksheet.write_string_with_format(row, place(column), &it.heading, &formats.heading)?;
    }
    row += 1;
    if is_first {
        worksheet.set_freeze_panes(row, 1)?;
    }
    let first = row;
    for cells in &section.rows {
        for (column, cell) in cells.iter().enumerate() {
            match cell {
                Cell::Text(text) => {
                    let at = (row, place(column));
                    worksheet.write_string_with_format(at.0, at.1, text, &formats.text)?;
                }
                Cell::Money(amount) => {
                    let number = number(*amount)?;
                    let column = place(column);
                    worksheet.write_number_with_format(row, column, number, &formats.money)?;
                }
                Cell::Empty => {}
            }
        }
        row += 1;
    }
    if section.has_total {
        worksheet.write_string_with_format(row, 0, "Total", &formats.total_label)?;
        for column in 1..section.columns.len() {
            let Some(total) = section.total(column) else { continue };
            let letters = letters(column);
            let sum = format!("=SUM({letters}{}:{letters}{row})", first + 1);
            let formula = Formula::new(sum).set_result(total.to_string());
            worksheet.write_formula_with_format(row, place(column), formula, &formats.total)?;
        }
        row += 1;
    }
    Ok(row)
}

/// An amount as the format keeps it: the number nearest to its decimal text, which is the same text
/// again when it is shown with two decimals.
fn number(amount: Pence) -> Result<f64, XlsxError> {
    let unfit = |_| XlsxError::ParameterError(format!("{amount} is no number"));
    amount.to_string().parse().map_err(unfit)
}

fn place(column: usize) -> u16 {
    u16::try_from(column).unwrap_or(u16::MAX)
}

/// A column's name in formulas: A to Z, then AA.
fn letters(column: usize) -> String {
    let letter = |place: usize| char::from(b'A' + u8::try_from(place % 26).unwrap_or(0));
    match column {
        0..26 => letter(column).to_string(),
        _ => format!("{}{}", letter(column / 26 - 1), letter(column)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn columns_are_named_as_formulas_name_them() {
        assert_eq!([0, 1, 25, 26, 27, 52].map(letters), ["A", "B", "Z", "AA", "AB", "BA"]);
    }

    #[test]
    fn m1_an_amount_shows_the_same_pence_again() {
        for pence in [0, 1, -1, 10, 123_456_789_012_345, -999_999_999_999_999, 33_333_333_333_333] {
            let amount = Pence(pence);
            assert_eq!(format!("{:.2}", number(amount).expect("a number")), amount.to_string());
        }
    }
}
