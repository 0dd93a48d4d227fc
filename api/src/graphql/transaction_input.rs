//! What is sent to post into the books of a fund, and what it means.

use async_graphql::{Enum, ID, InputObject};
use entities::value::Period;

use super::{
    node::Kind,
    scalars::{Date, FinancialYear, Money},
    transaction::AccountKind,
};
use crate::service::{
    Code, Refusal,
    ledger::{
        ContributionEvent, ContributionPosting, Correction, JournalLine, NewAdjustment,
        NewExpenditure, NewJournal, NewReversal, SpendingEvent, When,
    },
};

/// When something takes effect.
#[derive(Clone, Debug, InputObject)]
pub struct EffectiveInput {
    /// The day.
    pub effective_on: Date,
    /// 13 or 14, for something that belongs to the year's end; the day is then 31 March.
    pub adjustment_period: Option<i32>,
}

impl EffectiveInput {
    fn when(&self) -> Result<When, Refusal> {
        let period =
            self.adjustment_period.map(|number| period(number, "effective.adjustmentPeriod"));
        Ok(When {
            effective_on: self.effective_on.day("effective.effectiveOn")?,
            adjustment_period: period.transpose()?,
        })
    }
}

pub(super) fn period(number: i32, path: &str) -> Result<Period, Refusal> {
    Period::new(number).map_err(|why| Refusal::new(Code::InvalidValue, why).at(path))
}

/// A closed period that a posting corrects.
#[derive(Clone, Debug, InputObject)]
pub struct CorrectedPeriodInput {
    /// Its year.
    pub financial_year: FinancialYear,
    /// 1 to 14.
    pub period: i32,
}

/// What happened to money spent on a scheme.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Enum)]
pub enum SpendingKind {
    /// It was spent and paid.
    Spent,
    /// It was used and is not invoiced yet.
    Accrued,
    /// The payee gave it back.
    Refunded,
}

/// Money spent on a scheme.
#[derive(Clone, Debug, InputObject)]
pub struct RecordExpenditureInput {
    /// The scheme.
    pub scheme: ID,
    /// What happened.
    #[graphql(default_with = "SpendingKind::Spent")]
    pub kind: SpendingKind,
    /// How much, in pounds; more than nothing.
    pub amount: Money,
    /// When it takes effect.
    pub effective: EffectiveInput,
    /// The partner that spent it from its own books; left out when the host paid.
    pub spent_by: Option<ID>,
    /// Who was paid; the scheme's provider when left out.
    pub payee: Option<ID>,
    /// What it is about.
    pub description: String,
    /// Why; needed in a soft-closed period.
    pub reason: Option<String>,
    /// The closed period that it corrects.
    pub corrects: Option<CorrectedPeriodInput>,
    /// Of an accrual: false when it stays until it is paid. Left out, it reverses itself on the first
    /// day of the next period, in the same write.
    pub reverses_itself: Option<bool>,
    /// Of something spent: the accrual that it pays. It was spent when it was accrued, and is not
    /// spent again. The accrual must not reverse itself.
    pub settles: Option<ID>,
    /// The caller's own key: the same key and content answer with the first result.
    pub idempotency_key: String,
    /// True to check and compute everything and write nothing.
    #[graphql(default)]
    pub dry_run: bool,
}

/// A correction of an amount that was spent or given back.
#[derive(Clone, Debug, InputObject)]
pub struct RecordAdjustmentInput {
    /// The transaction that is corrected.
    pub adjusts: ID,
    /// By how much, in pounds: positive when more was spent, negative when less.
    pub amount: Money,
    /// When it takes effect.
    pub effective: EffectiveInput,
    /// What it is about.
    pub description: String,
    /// Why.
    pub reason: String,
    /// The closed period that it corrects; left out, that of the corrected transaction where it lies
    /// in another.
    pub corrects: Option<CorrectedPeriodInput>,
    /// The caller's own key: the same key and content answer with the first result.
    pub idempotency_key: String,
    /// True to check and compute everything and write nothing.
    #[graphql(default)]
    pub dry_run: bool,
}

/// Something that happened to a contribution.
#[derive(Clone, Debug, InputObject)]
pub struct ContributionPostingInput {
    /// The contribution.
    pub contribution: ID,
    /// How much, in pounds; more than nothing.
    pub amount: Money,
    /// When it takes effect.
    pub effective: EffectiveInput,
    /// What it is about.
    pub description: String,
    /// Why; needed in a soft-closed period.
    pub reason: Option<String>,
    /// The caller's own key: the same key and content answer with the first result.
    pub idempotency_key: String,
    /// True to check and compute everything and write nothing.
    #[graphql(default)]
    pub dry_run: bool,
}

/// One line of a journal.
#[derive(Clone, Debug, InputObject)]
pub struct JournalLineInput {
    /// CASH, PAYABLE, ACCRUAL, RESERVE, CARRIED_FORWARD, or what is due by a settlement and is paid:
    /// DUE_FROM_PARTNER, DUE_FROM_FUNDS. The others have postings of their own.
    pub account: AccountKind,
    /// In pounds: positive of a debit, negative of a credit.
    pub amount: Money,
    /// Of DUE_FROM_PARTNER: the partner.
    pub partner: Option<ID>,
    /// Of DUE_FROM_PARTNER and DUE_FROM_FUNDS: the settled year.
    pub settled_year: Option<FinancialYear>,
}

/// Entries chosen by the host.
#[derive(Clone, Debug, InputObject)]
pub struct PostJournalInput {
    /// The fund.
    pub fund: ID,
    /// The lines; they sum to zero.
    pub lines: Vec<JournalLineInput>,
    /// When it takes effect.
    pub effective: EffectiveInput,
    /// What it is about.
    pub description: String,
    /// Why; needed in a soft-closed period.
    pub reason: Option<String>,
    /// The caller's own key: the same key and content answer with the first result.
    pub idempotency_key: String,
    /// True to check and compute everything and write nothing.
    #[graphql(default)]
    pub dry_run: bool,
}

/// That a transaction is taken back whole.
#[derive(Clone, Debug, InputObject)]
pub struct ReverseTransactionInput {
    /// The transaction.
    pub transaction: ID,
    /// When the reversal takes effect.
    pub effective: EffectiveInput,
    /// Why.
    pub reason: String,
    /// The caller's own key: the same key and content answer with the first result.
    pub idempotency_key: String,
    /// True to check and compute everything and write nothing.
    #[graphql(default)]
    pub dry_run: bool,
}

/// What is to be posted of money spent.
pub(super) fn spending(input: RecordExpenditureInput) -> Result<NewExpenditure, Refusal> {
    let organisation = |id: &Option<ID>, path: &str| {
        id.as_ref().map(|id| Kind::Organisation.read(id, path)).transpose()
    };
    Ok(NewExpenditure {
        scheme: Kind::Scheme.read(&input.scheme, "scheme")?,
        event: match input.kind {
            SpendingKind::Spent => SpendingEvent::Spent,
            SpendingKind::Accrued => SpendingEvent::Accrued,
            SpendingKind::Refunded => SpendingEvent::Refunded,
        },
        amount: input.amount.pence("amount")?,
        when: input.effective.when()?,
        spent_by: organisation(&input.spent_by, "spentBy")?,
        payee: organisation(&input.payee, "payee")?,
        description: input.description,
        reason: input.reason,
        corrects: corrects(input.corrects)?,
        reverses_itself: input.reverses_itself,
        settles: input
            .settles
            .as_ref()
            .map(|id| Kind::Transaction.read(id, "settles"))
            .transpose()?,
        idempotency_key: input.idempotency_key,
    })
}

/// What is to be posted of a correction.
pub(super) fn adjustment(input: RecordAdjustmentInput) -> Result<NewAdjustment, Refusal> {
    Ok(NewAdjustment {
        adjusts: Kind::Transaction.read(&input.adjusts, "adjusts")?,
        amount: input.amount.pence("amount")?,
        when: input.effective.when()?,
        description: input.description,
        reason: input.reason,
        corrects: corrects(input.corrects)?,
        idempotency_key: input.idempotency_key,
    })
}

/// What is to be posted of a contribution.
pub(super) fn contribution(
    event: ContributionEvent,
    input: ContributionPostingInput,
) -> Result<ContributionPosting, Refusal> {
    Ok(ContributionPosting {
        contribution: Kind::Contribution.read(&input.contribution, "contribution")?,
        event,
        amount: input.amount.pence("amount")?,
        when: input.effective.when()?,
        description: input.description,
        reason: input.reason,
        idempotency_key: input.idempotency_key,
    })
}

/// What is to be posted of a journal.
pub(super) fn journal(input: PostJournalInput) -> Result<NewJournal, Refusal> {
    let line = |(place, line): (usize, &JournalLineInput)| {
        let amount = line.amount.pence(&format!("lines.{place}.amount"))?;
        let path = |field: &str| format!("lines.{place}.{field}");
        let read = |id: &ID| Kind::Organisation.read(id, &path("partner"));
        let year = |year: &FinancialYear| year.year(&path("settledYear"));
        Ok(JournalLine {
            account: line.account.into(),
            amount,
            partner: line.partner.as_ref().map(read).transpose()?,
            settled_year: line.settled_year.as_ref().map(year).transpose()?,
        })
    };
    Ok(NewJournal {
        fund: Kind::Fund.read(&input.fund, "fund")?,
        lines: input.lines.iter().enumerate().map(line).collect::<Result<_, Refusal>>()?,
        when: input.effective.when()?,
        description: input.description,
        reason: input.reason,
        idempotency_key: input.idempotency_key,
    })
}

/// What is to be posted of a reversal.
pub(super) fn reversal(input: ReverseTransactionInput) -> Result<NewReversal, Refusal> {
    Ok(NewReversal {
        transaction: Kind::Transaction.read(&input.transaction, "transaction")?,
        when: input.effective.when()?,
        reason: input.reason,
        idempotency_key: input.idempotency_key,
    })
}

fn corrects(input: Option<CorrectedPeriodInput>) -> Result<Option<Correction>, Refusal> {
    let Some(input) = input else { return Ok(None) };
    Ok(Some(Correction {
        year: input.financial_year.year("corrects.financialYear")?,
        period: period(input.period, "corrects.period")?,
    }))
}
