//! What a business event means in the books: the entries of its transaction (rules M7, M12, M15).
//!
//! Debits are positive, credits negative. Every function answers entries that are balanced, or a
//! refusal. How to add an event: a function here that names its two sides.

mod account_key;
mod settlement;
#[cfg(test)]
mod tests;

pub use account_key::AccountKey;
use entities::value::{FinancialYear, Pence};
pub use settlement::{Common, SettledFund, settlement};
use uuid::Uuid;

use super::{
    entries::{Unbalanced, balanced},
    funding::{Share, funded},
    split::NotASplit,
};

/// One line of a transaction.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Entry {
    /// The account.
    pub account: AccountKey,
    /// Positive of a debit, negative of a credit.
    pub amount: Pence,
}

/// Where money was spent, by whom, and who funds it.
#[derive(Clone, Copy, Debug)]
pub struct Spending<'a> {
    /// The scheme.
    pub scheme: Uuid,
    /// The partner that incurred it.
    pub incurred_by: Uuid,
    /// The split in force on the day on which it takes effect.
    pub shares: &'a [Share],
    /// How it was paid.
    pub paid: Paid,
}

/// How spending was paid.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Paid {
    /// From the host's cash.
    ByHost,
    /// By the partner that incurred it, from its own books: the host's cash does not move.
    ByPartner,
    /// Not yet: used and not invoiced, an accrual.
    NotYet,
}

/// What an adjustment corrects.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Adjusted {
    /// An amount spent.
    Expenditure,
    /// An amount that a payee gave back.
    Refund,
}

/// Why an event cannot be posted.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum PostingRefusal {
    /// The amount is nothing, or less.
    #[error(
        "the amount has to be more than nothing: money given back is a refund, a mistake is adjusted or reversed"
    )]
    NotPositive,
    /// An adjustment of nothing.
    #[error("an adjustment changes an amount: give one above or below nothing")]
    NothingToAdjust,
    /// Nobody funds the scheme.
    #[error("nobody funds this scheme on that day: record its funding split first ({0})")]
    NotFunded(#[from] NotASplit),
    /// The entries are not a transaction.
    #[error(transparent)]
    Unbalanced(#[from] Unbalanced),
}

/// Money was spent: debit expenditure in the parts that fund it; credit what paid.
///
/// # Errors
/// When the amount is not positive or nobody funds the scheme.
pub fn expenditure(amount: Pence, of: &Spending<'_>) -> Result<Vec<Entry>, PostingRefusal> {
    let amount = amount.positive().ok_or(PostingRefusal::NotPositive)?;
    spending_entries(AccountKey::expenditure, amount, of)
}

/// A payee gave money back: credit refunds of expenditure in the parts that fund it; debit where
/// the money arrived.
///
/// # Errors
/// When the amount is not positive or nobody funds the scheme.
pub fn expenditure_refund(amount: Pence, of: &Spending<'_>) -> Result<Vec<Entry>, PostingRefusal> {
    let amount = amount.positive().ok_or(PostingRefusal::NotPositive)?;
    spending_entries(AccountKey::expenditure_refund, -amount, of)
}

/// An amount posted before is corrected: upwards (more was spent, or less given back) when
/// positive, downwards when negative. It stays with what it corrects, so that spending and refunds
/// can still be told apart.
///
/// # Errors
/// When the amount is nothing or nobody funds the scheme.
pub fn adjustment(
    of: Adjusted,
    amount: Pence,
    spending: &Spending<'_>,
) -> Result<Vec<Entry>, PostingRefusal> {
    if amount == Pence::ZERO {
        return Err(PostingRefusal::NothingToAdjust);
    }
    let account = match of {
        Adjusted::Expenditure => AccountKey::expenditure,
        Adjusted::Refund => AccountKey::expenditure_refund,
    };
    spending_entries(account, amount, spending)
}

/// A partner was invoiced for a contribution: debit what it owes, credit income.
///
/// # Errors
/// When the amount is not positive.
pub fn contribution_invoiced(
    amount: Pence,
    partner: Uuid,
    source: &str,
    year: FinancialYear,
) -> Result<Vec<Entry>, PostingRefusal> {
    let income = AccountKey::contribution_income(partner, source, year);
    transfer(amount, AccountKey::receivable(partner, source, year), income)
}

/// A partner paid what it was invoiced: debit cash, credit what it owes.
///
/// # Errors
/// When the amount is not positive.
pub fn contribution_received(
    amount: Pence,
    partner: Uuid,
    source: &str,
    year: FinancialYear,
) -> Result<Vec<Entry>, PostingRefusal> {
    transfer(amount, AccountKey::cash(), AccountKey::receivable(partner, source, year))
}

/// A partner was given money back: debit refunds of the same partner, source and year, credit
/// cash. A negative income line in somebody's file means this (rule M12).
///
/// # Errors
/// When the amount is not positive.
pub fn contribution_refunded(
    amount: Pence,
    partner: Uuid,
    source: &str,
    year: FinancialYear,
) -> Result<Vec<Entry>, PostingRefusal> {
    transfer(amount, AccountKey::contribution_refund(partner, source, year), AccountKey::cash())
}

/// An earlier transaction is taken back whole: its entries with the signs turned.
#[must_use]
pub fn reversal(entries: &[Entry]) -> Vec<Entry> {
    let turned = |entry: &Entry| Entry { account: entry.account.clone(), amount: -entry.amount };
    entries.iter().map(turned).collect()
}

/// What was accrued is no longer expected: the accrual turned, in the year's own spending, whatever
/// year the accrual itself corrects (rule M9).
#[must_use]
pub fn accrual_reversal(entries: &[Entry]) -> Vec<Entry> {
    let own = |entry: Entry| Entry { account: entry.account.of_own_year(), ..entry };
    reversal(entries).into_iter().map(own).collect()
}

/// What was accrued is paid: debit accruals, credit what paid. It was spent when it was accrued, and
/// is not spent again (rule M12).
///
/// # Errors
/// When the amount is not positive.
pub fn accrual_paid(
    amount: Pence,
    paid: Paid,
    incurred_by: Uuid,
) -> Result<Vec<Entry>, PostingRefusal> {
    transfer(amount, AccountKey::accrual(), against(paid, incurred_by))
}

/// A line of a payment run is paid, or what it takes back arrived: debit accruals, credit cash, or
/// the other way round. It was spent when the run was posted (rule M12).
///
/// # Errors
/// When the amount is nothing.
pub fn run_line_paid(amount: Pence) -> Result<Vec<Entry>, PostingRefusal> {
    if amount == Pence::ZERO {
        return Err(PostingRefusal::NothingToAdjust);
    }
    Ok(vec![
        Entry { account: AccountKey::accrual(), amount },
        Entry { account: AccountKey::cash(), amount: -amount },
    ])
}

/// A posting that corrects the closed year `year` (rule M9): its spending is kept apart.
#[must_use]
pub fn correcting(entries: Vec<Entry>, year: FinancialYear) -> Vec<Entry> {
    let apart = |entry: Entry| Entry { account: entry.account.correcting(year), ..entry };
    entries.into_iter().map(apart).collect()
}

fn transfer(
    amount: Pence,
    debit: AccountKey,
    credit: AccountKey,
) -> Result<Vec<Entry>, PostingRefusal> {
    let amount = amount.positive().ok_or(PostingRefusal::NotPositive)?;
    Ok(vec![Entry { account: debit, amount }, Entry { account: credit, amount: -amount }])
}

/// The parts are stored, so that totals are sums of parts and never splits of totals (rule M15).
/// A part that comes to nothing is no entry.
fn spending_entries(
    account: impl Fn(Uuid, Uuid, Uuid, &str) -> AccountKey,
    amount: Pence,
    of: &Spending<'_>,
) -> Result<Vec<Entry>, PostingRefusal> {
    let parts = funded(amount, of.shares)?.into_iter().filter(|part| part.amount != Pence::ZERO);
    let mut entries: Vec<Entry> = parts
        .map(|part| Entry {
            account: account(of.scheme, of.incurred_by, part.partner, part.source),
            amount: part.amount,
        })
        .collect();
    let against = against(of.paid, of.incurred_by);
    let total = amount.0.checked_neg().map(Pence).ok_or(Unbalanced::TooLarge)?;
    entries.push(Entry { account: against, amount: total });
    balanced(&entries.iter().map(|entry| entry.amount).collect::<Vec<_>>())?;
    Ok(entries)
}

/// The account that stands against spending.
fn against(paid: Paid, incurred_by: Uuid) -> AccountKey {
    match paid {
        Paid::ByHost => AccountKey::cash(),
        Paid::ByPartner => AccountKey::spent_by_partner(incurred_by),
        Paid::NotYet => AccountKey::accrual(),
    }
}
