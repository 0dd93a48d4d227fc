//! The books of a fund, as its host and partners read and write them.

use async_graphql::{Context, Enum, ID, InputObject, Object, SimpleObject};
use entities::{ledger_transaction as transaction, value::Period};

use super::{
    node::Kind,
    organisation::Organisation,
    request::Asked,
    scalars::{Date, DateTime, FinancialYear, Money},
};
use crate::{
    access::Seen,
    connection, payload,
    service::{
        Code, Refusal, Stopped,
        ledger::{
            self, ContributionEvent, ContributionPosting, Correction, JournalLine, NewAdjustment,
            NewExpenditure, NewJournal, NewReversal, SpendingEvent, When,
        },
    },
};

/// What happened in a transaction.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Enum)]
#[graphql(remote = "entities::ledger_transaction::TransactionKind")]
pub enum TransactionKind {
    /// Money was spent on a scheme and paid.
    Expenditure,
    /// An amount posted before was corrected upwards or downwards.
    Adjustment,
    /// A payee gave money back.
    ExpenditureRefund,
    /// A partner was invoiced for its contribution.
    ContributionInvoiced,
    /// A partner paid what it was invoiced.
    ContributionReceived,
    /// A partner was given money back.
    ContributionRefund,
    /// Something was used and is not invoiced yet.
    Accrual,
    /// Entries chosen by the host.
    Journal,
    /// An earlier transaction was taken back whole.
    Reversal,
    /// A correction of a year that is closed.
    PriorYear,
}

/// What an account counts. Debits are positive, credits negative.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Enum)]
#[graphql(remote = "entities::ledger_account::AccountKind")]
pub enum AccountKind {
    /// Money held by the host.
    Cash,
    /// What a partner was invoiced and has not paid yet.
    Receivable,
    /// Contributions invoiced, by partner and source.
    ContributionIncome,
    /// Contributions given back, by partner and source.
    ContributionRefund,
    /// What was spent, by scheme, who incurred it and who funds it.
    Expenditure,
    /// What was given back of expenditure.
    ExpenditureRefund,
    /// What was invoiced to the fund and is not paid yet.
    Payable,
    /// What was used and is not invoiced yet.
    Accrual,
    /// What a partner spent itself: it never moves the host's cash.
    SpentByPartner,
    /// Held against risk.
    Reserve,
    /// Brought from one year into the next.
    CarriedForward,
}

/// One line of a transaction: an amount on an account.
#[derive(Clone, Debug)]
pub struct LedgerEntry(domain::rules::ledger_posting::Entry);

/// One line of a transaction: an amount on an account.
#[Object]
impl LedgerEntry {
    /// What the account counts.
    async fn account(&self) -> AccountKind {
        self.0.account.kind.into()
    }

    /// The partner: who incurred expenditure, or whose income or debt it is.
    async fn partner(&self, ctx: &Context<'_>) -> async_graphql::Result<Option<Organisation>> {
        load(ctx, self.0.account.partner).await
    }

    /// The partner that funds expenditure.
    async fn funder(&self, ctx: &Context<'_>) -> async_graphql::Result<Option<Organisation>> {
        load(ctx, self.0.account.funder).await
    }

    /// The funding source's code.
    async fn source_code(&self) -> Option<&str> {
        self.0.account.source.as_deref()
    }

    /// The amount in pounds: positive of a debit, negative of a credit.
    async fn amount(&self) -> Money {
        self.0.amount.into()
    }
}

async fn load(
    ctx: &Context<'_>,
    id: Option<uuid::Uuid>,
) -> async_graphql::Result<Option<Organisation>> {
    match id {
        Some(id) => Organisation::load(ctx, id).await,
        None => Ok(None),
    }
}

/// Entries that belong together and sum to zero. Nothing of it ever changes; a mistake is taken
/// back by a reversal. For the host and the partners of the agreement.
#[derive(Clone, Debug)]
pub struct LedgerTransaction(pub Seen<transaction::Model>);

/// Entries that belong together and sum to zero. Nothing of it ever changes; a mistake is taken
/// back by a reversal. For the host and the partners of the agreement.
#[Object]
impl LedgerTransaction {
    /// The global identity.
    async fn id(&self) -> ID {
        Kind::Transaction.id(self.0.row.id)
    }

    /// Its number in the fund's books, from 1 without gaps.
    async fn sequence(&self) -> String {
        self.0.row.sequence.to_string()
    }

    /// What happened.
    async fn kind(&self) -> TransactionKind {
        self.0.row.kind.into()
    }

    /// The year in which it took effect.
    async fn financial_year(&self) -> FinancialYear {
        self.0.row.financial_year.into()
    }

    /// The period in which it took effect: 1 is April, 12 is March, 13 and 14 are the adjustment
    /// periods.
    async fn period(&self) -> i32 {
        self.0.row.period.number()
    }

    /// The day on which it took effect.
    async fn effective_on(&self) -> Date {
        self.0.row.effective_on.into()
    }

    /// The instant of its recording: later than that of every earlier transaction of the fund.
    async fn known_at(&self) -> DateTime {
        self.0.row.known_at.into()
    }

    /// What it is about.
    async fn description(&self) -> &str {
        &self.0.row.description
    }

    /// Why, of a correction or a posting into a soft-closed period.
    async fn reason(&self) -> Option<&str> {
        self.0.row.reason.as_deref()
    }

    /// Who was paid.
    async fn payee(&self, ctx: &Context<'_>) -> async_graphql::Result<Option<Organisation>> {
        load(ctx, self.0.row.payee_id).await
    }

    /// The organisation for which it was posted.
    async fn posted_as(&self, ctx: &Context<'_>) -> async_graphql::Result<Option<Organisation>> {
        load(ctx, Some(self.0.row.posted_as_id)).await
    }

    /// The transaction that it takes back.
    async fn reverses(&self) -> Option<ID> {
        self.0.row.reverses_id.map(|id| Kind::Transaction.id(id))
    }

    /// The transaction that it adjusts.
    async fn adjusts(&self) -> Option<ID> {
        self.0.row.adjusts_id.map(|id| Kind::Transaction.id(id))
    }

    /// The closed period that it corrects.
    async fn corrects(&self) -> Option<CorrectedPeriod> {
        let year = self.0.row.corrects_year?.into();
        let period = self.0.row.corrects_period?.number();
        Some(CorrectedPeriod { financial_year: year, period })
    }

    /// Its entries, which sum to zero.
    async fn entries(&self, ctx: &Context<'_>) -> async_graphql::Result<Vec<LedgerEntry>> {
        let entries = super::transactions::entries(ctx, self.0.row.id).await?;
        Ok(entries.into_iter().map(LedgerEntry).collect())
    }
}

/// A period that a transaction corrects.
#[derive(Clone, Debug, SimpleObject)]
pub struct CorrectedPeriod {
    /// Its year.
    pub financial_year: FinancialYear,
    /// 1 is April, 12 is March, 13 and 14 are the adjustment periods.
    pub period: i32,
}

connection!(
    LedgerTransactionConnection,
    LedgerTransactionEdge,
    LedgerTransaction,
    "ledger transactions"
);

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
    /// The closed period that it corrects.
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
    /// CASH, PAYABLE, ACCRUAL, RESERVE or CARRIED_FORWARD: the others have postings of their own.
    pub account: AccountKind,
    /// In pounds: positive of a debit, negative of a credit.
    pub amount: Money,
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

payload! {
    /// What came of a posting.
    LedgerTransactionPayload {
        /// The transaction that was posted.
        transaction: LedgerTransaction
    }
}

/// Postings.
#[derive(Default)]
pub struct TransactionMutation;

#[Object]
impl TransactionMutation {
    /// Posts money spent on a scheme, accrued or given back. The host's FINANCE posts to the
    /// host's books; a partner's FINANCE posts what the partner spent itself.
    async fn record_expenditure(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "What was spent.")] input: RecordExpenditureInput,
    ) -> async_graphql::Result<LedgerTransactionPayload> {
        let dry_run = input.dry_run;
        let (database, viewer) = (ctx.database()?, ctx.viewer()?);
        let done = match spending(input) {
            Ok(new) => ledger::post_spending(database, viewer, dry_run, new).await,
            Err(refusal) => Err(refusal.into()),
        };
        answer(ctx, done).await
    }

    /// Corrects an amount that was spent or given back, upwards or downwards. What it corrects
    /// stays as it is; the correction points at it.
    async fn record_adjustment(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The correction.")] input: RecordAdjustmentInput,
    ) -> async_graphql::Result<LedgerTransactionPayload> {
        let dry_run = input.dry_run;
        let (database, viewer) = (ctx.database()?, ctx.viewer()?);
        let done = match adjustment(input) {
            Ok(new) => ledger::post_adjustment(database, viewer, dry_run, new).await,
            Err(refusal) => Err(refusal.into()),
        };
        answer(ctx, done).await
    }

    /// Posts that a partner was invoiced for a contribution. The host's FINANCE.
    async fn invoice_contribution(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The invoice.")] input: ContributionPostingInput,
    ) -> async_graphql::Result<LedgerTransactionPayload> {
        contribution_posting(ctx, ContributionEvent::Invoiced, input).await
    }

    /// Posts that a partner paid what it was invoiced. The host's FINANCE.
    async fn receive_contribution(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The payment.")] input: ContributionPostingInput,
    ) -> async_graphql::Result<LedgerTransactionPayload> {
        contribution_posting(ctx, ContributionEvent::Received, input).await
    }

    /// Posts that a partner was given money back. A contribution is never negative: money back is
    /// a refund of the same partner and source. The host's FINANCE.
    async fn refund_contribution(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The refund.")] input: ContributionPostingInput,
    ) -> async_graphql::Result<LedgerTransactionPayload> {
        contribution_posting(ctx, ContributionEvent::Refunded, input).await
    }

    /// Posts entries chosen by the host: between cash, payables, accruals, reserve and
    /// carry-forward. They sum to zero. The host's FINANCE.
    async fn post_journal(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The entries.")] input: PostJournalInput,
    ) -> async_graphql::Result<LedgerTransactionPayload> {
        let dry_run = input.dry_run;
        let (database, viewer) = (ctx.database()?, ctx.viewer()?);
        let done = match journal(input) {
            Ok(new) => ledger::post_journal(database, viewer, dry_run, new).await,
            Err(refusal) => Err(refusal.into()),
        };
        answer(ctx, done).await
    }

    /// Takes a transaction back by a new one that points to it. FINANCE of the organisation that
    /// posted it, or of the host.
    async fn reverse_transaction(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "What is taken back.")] input: ReverseTransactionInput,
    ) -> async_graphql::Result<LedgerTransactionPayload> {
        let dry_run = input.dry_run;
        let (database, viewer) = (ctx.database()?, ctx.viewer()?);
        let done = match reversal(input) {
            Ok(new) => ledger::reverse(database, viewer, dry_run, new).await,
            Err(refusal) => Err(refusal.into()),
        };
        answer(ctx, done).await
    }
}

async fn contribution_posting(
    ctx: &Context<'_>,
    event: ContributionEvent,
    input: ContributionPostingInput,
) -> async_graphql::Result<LedgerTransactionPayload> {
    let dry_run = input.dry_run;
    let (database, viewer) = (ctx.database()?, ctx.viewer()?);
    let done = match contribution(event, input) {
        Ok(new) => ledger::post_contribution(database, viewer, dry_run, new).await,
        Err(refusal) => Err(refusal.into()),
    };
    answer(ctx, done).await
}

/// The posted transaction, as its poster sees it: a poster is always of the agreement.
async fn answer(
    ctx: &Context<'_>,
    done: Result<transaction::Model, Stopped>,
) -> async_graphql::Result<LedgerTransactionPayload> {
    ctx.request()?.after_write().await;
    LedgerTransactionPayload::answer(done, |row| LedgerTransaction(Seen::by_its_writer(row)))
}

fn spending(input: RecordExpenditureInput) -> Result<NewExpenditure, Refusal> {
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
        idempotency_key: input.idempotency_key,
    })
}

fn adjustment(input: RecordAdjustmentInput) -> Result<NewAdjustment, Refusal> {
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

fn contribution(
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

fn journal(input: PostJournalInput) -> Result<NewJournal, Refusal> {
    let line = |(place, line): (usize, &JournalLineInput)| {
        let amount = line.amount.pence(&format!("lines.{place}.amount"))?;
        Ok(JournalLine { account: line.account.into(), amount })
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

fn reversal(input: ReverseTransactionInput) -> Result<NewReversal, Refusal> {
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
