use entities::{
    ledger_account::AccountKind,
    value::{Pence, Period},
};
use uuid::Uuid;

use crate::rules::{funding::DatedSplit, ledger_posting::AccountKey, profile::Months};

/// The source of what nobody has said who funds: it is shown with the scheme's commissioner.
pub const UNATTRIBUTED: &str = "UNATTRIBUTED";

/// What is known about one scheme in one year.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SchemeFacts {
    /// The scheme.
    pub id: Uuid,
    /// The partner that commissions it.
    pub commissioner: Uuid,
    /// Its budget by month: every change that is effective and known.
    pub budget: Months,
    /// Its funding splits that are known, in the order in which they became known.
    pub splits: Vec<DatedSplit>,
    /// What is promised, less what was released.
    pub committed: Pence,
    /// The lines of the forecast that is used; none when no forecast of the fund was submitted. A
    /// scheme without lines in a submitted forecast has twelve zeros.
    pub forecast: Option<Months>,
    /// What was spent and given back.
    pub actuals: Vec<ActualPart>,
}

/// A sum of ledger balances: what one partner incurred and one funded, from one source, in a period.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ActualPart {
    /// Who spent it.
    pub incurred_by: Uuid,
    /// Who funds it, as stored when it was posted.
    pub funded_by: Uuid,
    /// From which source, as stored when it was posted.
    pub source: String,
    /// The period of effect.
    pub period: Period,
    /// What was spent.
    pub spent: Pence,
    /// What was given back: below nothing, as a rule.
    pub refunded: Pence,
    /// What corrects years that are closed, net: apart from this year's own (rule M9).
    pub prior_year: Pence,
}

impl ActualPart {
    /// The balance of an account in a period as a part of its scheme's actuals, with the scheme.
    /// Nothing when the account does not count spending.
    #[must_use]
    pub fn from_balance(
        account: &AccountKey,
        period: Period,
        balance: Pence,
    ) -> Option<(Uuid, Self)> {
        let nothing = Pence::ZERO;
        let (spent, refunded, prior_year) = match (account.kind, account.year) {
            (AccountKind::Expenditure | AccountKind::ExpenditureRefund, Some(_)) => {
                (nothing, nothing, balance)
            }
            (AccountKind::Expenditure, None) => (balance, nothing, nothing),
            (AccountKind::ExpenditureRefund, None) => (nothing, balance, nothing),
            _ => return None,
        };
        let part = Self {
            incurred_by: account.partner?,
            funded_by: account.funder?,
            source: account.source.clone()?,
            period,
            spent,
            refunded,
            prior_year,
        };
        Some((account.scheme?, part))
    }

    /// What was spent less what was given back, of the year's own.
    #[must_use]
    pub fn net(&self) -> Pence {
        self.spent + self.refunded
    }
}
