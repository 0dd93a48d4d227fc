use entities::value::Pence;
use serde::{Deserialize, Serialize};

/// What came of a payments file, or would. Every line is in one of `earlier_years`, `zero`,
/// `rules`, `otherwise`, `unmatched` and `unreadable`; the amounts of the others add up to `read`.
/// Every line that a rule sent to a scheme is in one of `posted`, `unchanged` and `refused`.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct PaymentsReport {
    /// The lines whose amount could be read.
    pub read: Tally,
    /// How many lines could not be read.
    pub unreadable: u64,
    /// Those of years that were not asked for.
    pub earlier_years: Tally,
    /// How many lines say that nothing was paid.
    pub zero: u64,
    /// Those that each rule matched first, in the rules' order.
    pub rules: Vec<Tally>,
    /// Those that no rule matched, where there is a default.
    pub otherwise: Tally,
    /// Those that nothing matched.
    pub unmatched: Tally,
    /// The first of them, by line.
    pub unmatched_lines: Vec<u64>,
    /// Those that a rule or the default leaves out.
    pub left_out: Tally,
    /// Those below nothing, which became or would become refunds.
    pub credits: Tally,
    /// How many amounts were written with a noise of decimals.
    pub rounded: u64,
    /// Those that were posted, or would be.
    pub posted: Tally,
    /// Those that were posted before.
    pub unchanged: Tally,
    /// Those that a rule sent to a scheme and that cannot be posted.
    pub refused: Tally,
}

/// How many lines, and how much they come to.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Tally {
    /// How many.
    pub lines: u64,
    /// How much.
    pub amount: Pence,
}

impl Tally {
    /// One line more. Files and amounts are limited so that sums of a file always fit.
    pub fn add(&mut self, amount: Pence) {
        self.lines += 1;
        self.amount += amount;
    }
}
