//! What came of a payments file, or would.

use async_graphql::{Object, SimpleObject};

use super::scalars::Money;
use crate::service::payments::{PaymentsReport as Report, Tally};

/// What came of the lines of a payments file, or would have in a dry run. Every line is in one of
/// `earlierYears`, `zero`, `rules`, `otherwise`, `unmatched` and `unreadable`, and the amounts
/// of these add up to that of `read`. Seen like its job.
#[derive(Clone, Debug)]
pub struct PaymentsReport(pub Report);

/// Lines of a payments file, and what they come to. Seen like its job.
#[derive(Clone, Debug, SimpleObject)]
pub struct PaymentTally {
    /// How many lines.
    pub lines: i32,
    /// What they come to, in pounds; credits count below nothing.
    pub amount: Money,
}

/// The lines that a rule matched before any other rule did. Seen like its job.
#[derive(Clone, Debug, SimpleObject)]
pub struct PaymentRuleTally {
    /// The place of the rule in the list that was given, the first being 1.
    pub place: i32,
    /// How many lines.
    pub lines: i32,
    /// What they come to, in pounds; credits count below nothing.
    pub amount: Money,
}

/// What came of the lines of a payments file, or would have in a dry run. Every line is in one of
/// `earlierYears`, `zero`, `rules`, `otherwise`, `unmatched` and `unreadable`, and the amounts
/// of these add up to that of `read`. Seen like its job.
#[Object]
impl PaymentsReport {
    /// The lines whose amount could be read, with the exact sum of the file.
    async fn read(&self) -> PaymentTally {
        self.0.read.into()
    }

    /// How many lines could not be read; their amounts are in no sum.
    async fn unreadable(&self) -> i32 {
        count(self.0.unreadable)
    }

    /// The lines of years before the first that was asked for; they are passed over.
    async fn earlier_years(&self) -> PaymentTally {
        self.0.earlier_years.into()
    }

    /// How many lines say that nothing was paid; they are not posted.
    async fn zero(&self) -> i32 {
        count(self.0.zero)
    }

    /// What each rule matched, in the order of the rules; at most 200.
    async fn rules(&self) -> Vec<PaymentRuleTally> {
        let tally = |(place, tally): (i32, &Tally)| {
            let PaymentTally { lines, amount } = (*tally).into();
            PaymentRuleTally { place, lines, amount }
        };
        (1..).zip(&self.0.rules).map(tally).collect()
    }

    /// The lines that no rule matched, where `otherwise` says what becomes of them.
    async fn otherwise(&self) -> PaymentTally {
        self.0.otherwise.into()
    }

    /// The lines that nothing matched: they are rejected.
    async fn unmatched(&self) -> PaymentTally {
        self.0.unmatched.into()
    }

    /// The first hundred lines that nothing matched, the header being line 1.
    async fn unmatched_lines(&self) -> Vec<i32> {
        self.0.unmatched_lines.iter().map(|line| count(*line)).collect()
    }

    /// The lines that a rule or `otherwise` leaves out.
    async fn left_out(&self) -> PaymentTally {
        self.0.left_out.into()
    }

    /// The lines below nothing, wherever they went: posted they are refunds of expenditure.
    async fn credits(&self) -> PaymentTally {
        self.0.credits.into()
    }

    /// How many amounts were written with decimals beyond the penny, within 0.0001 pounds of one.
    async fn rounded(&self) -> i32 {
        count(self.0.rounded)
    }

    /// The lines that were posted, or would be.
    async fn posted(&self) -> PaymentTally {
        self.0.posted.into()
    }

    /// The lines that were posted before.
    async fn unchanged(&self) -> PaymentTally {
        self.0.unchanged.into()
    }

    /// The lines that were sent to a scheme and are rejected: posted before with other content, or
    /// refused by the ledger. The rules can be tried without asking the ledger.
    async fn refused(&self) -> PaymentTally {
        self.0.refused.into()
    }
}

impl From<Tally> for PaymentTally {
    fn from(tally: Tally) -> Self {
        Self { lines: count(tally.lines), amount: tally.amount.into() }
    }
}

fn count(number: u64) -> i32 {
    i32::try_from(number).unwrap_or(i32::MAX)
}
