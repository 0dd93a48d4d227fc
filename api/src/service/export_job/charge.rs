/// What a client may still ask for, of which exports are paid.
pub trait Budget: Send + Sync {
    /// Takes the price of the first rows of an export, or refuses.
    ///
    /// # Errors
    /// When the budget does not pay for it.
    fn begin(&self, cost: u64) -> Result<Box<dyn Pays>, Unpaid>;
}

/// Who is charged for the rows of one export; what was taken and not used is given back at its end.
pub trait Pays: Send {
    /// Takes the price of rows that were written, as far below nothing as a budget goes.
    fn pay(&self, cost: u64);

    /// How long the file is kept, in microseconds.
    fn kept_microseconds(&self) -> i64;
}

/// That nobody pays for an export.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Unpaid {
    /// Which limit.
    pub code: &'static str,
    /// A sentence for a person.
    pub message: String,
    /// After how many seconds it would be paid for; none where no budget ever does.
    pub retry_after_seconds: Option<u64>,
}

/// How many rows are paid for when an export is begun, so that nobody begins one with nothing left.
const FIRST_ROWS: u64 = 1_000;

/// What a row of so many fields costs: as much as in a page of a list.
#[must_use]
pub fn cost_of_row(fields: usize) -> u64 {
    1 + u64::try_from(fields).unwrap_or(u64::MAX)
}

/// What it costs to begin an export of rows of so many fields.
#[must_use]
pub fn cost_of_beginning(fields: usize) -> u64 {
    cost_of_row(fields).saturating_mul(FIRST_ROWS)
}
