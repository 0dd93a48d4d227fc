//! What single cells of partners' own files say.

use entities::value::{FinancialYear, Pence};

use super::{Identifier, table::Record};

/// The text of a column, which may not be blank nor longer than `most` characters.
///
/// # Errors
/// A sentence that names the column.
pub(super) fn text(record: &Record<'_>, column: &str, most: usize) -> Result<String, String> {
    let text = record.named(column);
    match text.chars().count() {
        0 => Err(format!("{column} is blank")),
        length if length > most => Err(format!("{column} is longer than {most} characters")),
        _ => Ok(text.to_owned()),
    }
}

/// The amount of pounds in a column.
///
/// # Errors
/// A sentence that names the column.
pub(super) fn money(record: &Record<'_>, column: &str) -> Result<Pence, String> {
    let text = text(record, column, 40)?;
    text.parse().map_err(|why| format!("{column}: {why}"))
}

/// The financial year in a column.
///
/// # Errors
/// A sentence that names the column.
pub(super) fn year(record: &Record<'_>, column: &str) -> Result<FinancialYear, String> {
    let text = text(record, column, 40)?;
    text.parse().map_err(|why| format!("{column}: {why}"))
}

/// The code of an organisation in a column: an ODS code, or a nine-character geography code.
///
/// # Errors
/// A sentence that names the column.
pub(super) fn organisation(record: &Record<'_>, column: &str) -> Result<Identifier, String> {
    let text = text(record, column, 40)?;
    Identifier::of_either(&text).map_err(|why| format!("{column}: {why}"))
}

/// Whether a column says `yes` or `no`.
///
/// # Errors
/// A sentence that names the column.
pub(super) fn yes_or_no(record: &Record<'_>, column: &str) -> Result<bool, String> {
    match record.named(column) {
        "yes" => Ok(true),
        "no" => Ok(false),
        other => Err(format!("{column} is {other:?}: write yes or no")),
    }
}
