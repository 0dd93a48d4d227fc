//! What public bodies paid, as they publish it: a layout says which column is what, and the
//! user's rules say which payments are whose. Everything about a file that can be said without
//! the database is said here.

mod amount;
mod key;
mod layout;
mod rules;
mod whole;

use chrono::NaiveDate;
use entities::value::Pence;

pub use amount::{Amount, AmountForm, amount};
pub use key::{KnownLine, Standing, content_hash, key, standings};
pub use layout::{DateForm, KNOWN, PaymentLayout, Publisher, known_layout};
pub use rules::{Condition, Fate, Matched, PaymentRule, PaymentRules, Test};

use super::table::{Line, Record, Table, UnreadableFile, name};

/// The most lines that a payments file may have: PostgreSQL keeps a lock for each posting until
/// their one transaction ends, and with its usual settings has room for 6,400.
pub const MOST_LINES: usize = 5_000;
/// The most characters of a publisher's transaction number.
const LONGEST_NUMBER: usize = 150;

/// What one line of a payments file says.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Payment {
    /// Who published it.
    pub publisher: String,
    /// The publisher's transaction number, where there is one.
    pub number: Option<String>,
    /// When it was paid.
    pub paid_on: NaiveDate,
    /// How much; below nothing of a credit.
    pub amount: Pence,
    /// True when the amount was written with a noise of decimals, and is the penny meant.
    pub is_rounded: bool,
    /// Who was paid, as the publisher names them.
    pub supplier: String,
    /// Which of the user's rules matched first.
    pub matched: Matched,
}

/// What every line of a file says, in the file's order; of a line that says nothing, why.
pub type Payments = Vec<Line<Result<Payment, String>>>;

/// Reads a payments file.
///
/// # Errors
/// When it is not UTF-8, cut off, too long, or has other columns than its layout and the rules
/// need. The sentence names line and column.
pub fn read(
    bytes: &[u8],
    layout: &PaymentLayout,
    rules: &PaymentRules,
) -> Result<Payments, UnreadableFile> {
    whole::check(bytes)?;
    let mut needed = layout.columns();
    for column in rules.columns() {
        if !needed.contains(&column) {
            needed.push(column);
        }
    }
    let table = Table::named(bytes, &needed)
        .map_err(|UnreadableFile(why)| UnreadableFile(format!("line 1: {why}")))?;
    if table.len() > MOST_LINES {
        let sentence = format!(
            "the file has {} lines of payments, and at most {MOST_LINES} are taken at once: send \
             it in parts, cut between two days",
            table.len()
        );
        return Err(UnreadableFile(sentence));
    }
    Ok(table.rows(0, table.len(), |record| payment(record, layout, rules)).collect())
}

fn payment(
    record: &Record<'_>,
    layout: &PaymentLayout,
    rules: &PaymentRules,
) -> Result<Payment, String> {
    let at = |column: &str| {
        let column = column.to_owned();
        move |why: String| format!("{column}: {why}")
    };
    let publisher = match &layout.publisher {
        Publisher::Column(column) => name(record.named(column)).map_err(at(column))?,
        Publisher::Name(publisher) => publisher.to_string(),
    };
    let number = layout.number.as_deref().map(|column| number(record, column)).transpose()?;
    let written = record.named(&layout.amount);
    let Amount { pence, is_rounded } =
        amount(written, layout.amount_form).map_err(at(&layout.amount))?;
    Ok(Payment {
        publisher,
        number,
        paid_on: layout.date_form.day(record.named(&layout.date)).map_err(at(&layout.date))?,
        amount: pence,
        is_rounded,
        supplier: name(record.named(&layout.supplier)).map_err(at(&layout.supplier))?,
        matched: rules.first(record),
    })
}

fn number(record: &Record<'_>, column: &str) -> Result<String, String> {
    let number = record.named(column);
    match number.chars().count() {
        0 => Err(format!("{column} is blank")),
        length if length > LONGEST_NUMBER => {
            Err(format!("{column} is longer than {LONGEST_NUMBER} characters"))
        }
        _ => Ok(number.to_owned()),
    }
}
