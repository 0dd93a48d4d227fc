//! The books of a fund, as its host and partners read them.

use async_graphql::{Context, Enum, ID, Object, SimpleObject};
use entities::ledger_transaction as transaction;

use super::{
    loaders::Loading,
    node::Kind,
    organisation::Organisation,
    request::Asked,
    scalars::{Date, DateTime, FinancialYear, Money},
    scheme_loaders::PartiesOfFund,
    withheld::{Permission, Withheld, WithheldReason},
};
use crate::{access::Seen, connection};

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
    /// What had been accrued was paid.
    AccrualPaid,
    /// What a closed year left was brought into the next.
    CarryForward,
    /// What a risk share came to for a closed year, as every partner accepted it.
    Settlement,
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
    /// What partners bear of a closed year beyond what they fund, as they have settled it.
    RiskShare,
    /// What a partner owes by a settlement; below nothing where it is owed.
    DueFromPartner,
    /// What other funds of a risk share owe by a settlement; below nothing where they are owed.
    DueFromFunds,
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

/// What you may do to a transaction.
#[derive(Clone, Debug, SimpleObject)]
pub struct LedgerTransactionPermissions {
    /// Take it back by a reversal.
    pub reverse: Permission,
}

/// Entries that belong together and sum to zero. Nothing of it ever changes; a mistake is taken
/// back by a reversal. For the host and the partners of the agreement.
#[derive(Clone, Debug)]
pub struct LedgerTransaction {
    /// The transaction, and how you stand to it.
    pub seen: Seen<transaction::Model>,
    /// Why its number is hidden: a gap would tell of what you do not see. None when it is shown.
    pub unnumbered: Option<WithheldReason>,
}

/// Entries that belong together and sum to zero. Nothing of it ever changes; a mistake is taken
/// back by a reversal. For the host and the partners of the agreement.
#[Object]
impl LedgerTransaction {
    /// The global identity.
    async fn id(&self) -> ID {
        Kind::Transaction.id(self.seen.row.id)
    }

    /// Its number in the fund's books, from 1 without gaps. Withheld from whoever does not see all
    /// of the fund's transactions as they are made.
    async fn sequence(&self) -> Option<String> {
        self.unnumbered.is_none().then(|| self.seen.row.sequence.to_string())
    }

    /// What happened.
    async fn kind(&self) -> TransactionKind {
        self.seen.row.kind.into()
    }

    /// The year in which it took effect.
    async fn financial_year(&self) -> FinancialYear {
        self.seen.row.financial_year.into()
    }

    /// The period in which it took effect: 1 is April, 12 is March, 13 and 14 are the adjustment
    /// periods.
    async fn period(&self) -> i32 {
        self.seen.row.period.number()
    }

    /// The day on which it took effect.
    async fn effective_on(&self) -> Date {
        self.seen.row.effective_on.into()
    }

    /// The instant of its recording: later than that of every earlier transaction of the fund.
    async fn known_at(&self) -> DateTime {
        self.seen.row.known_at.into()
    }

    /// What it is about.
    async fn description(&self) -> &str {
        &self.seen.row.description
    }

    /// Why, of a correction or a posting into a soft-closed period.
    async fn reason(&self) -> Option<&str> {
        self.seen.row.reason.as_deref()
    }

    /// Who was paid.
    async fn payee(&self, ctx: &Context<'_>) -> async_graphql::Result<Option<Organisation>> {
        load(ctx, self.seen.row.payee_id).await
    }

    /// The organisation for which it was posted.
    async fn posted_as(&self, ctx: &Context<'_>) -> async_graphql::Result<Option<Organisation>> {
        load(ctx, Some(self.seen.row.posted_as_id)).await
    }

    /// The transaction that it takes back.
    async fn reverses(&self) -> Option<ID> {
        self.seen.row.reverses_id.map(|id| Kind::Transaction.id(id))
    }

    /// The transaction that it adjusts.
    async fn adjusts(&self) -> Option<ID> {
        self.seen.row.adjusts_id.map(|id| Kind::Transaction.id(id))
    }

    /// The accrual that it pays.
    async fn settles(&self) -> Option<ID> {
        self.seen.row.settles_id.map(|id| Kind::Transaction.id(id))
    }

    /// The transaction that takes it back, where you see that: of an accrual, the one by which it
    /// reversed itself.
    async fn reversed_by(&self, ctx: &Context<'_>) -> async_graphql::Result<Option<ID>> {
        let found = super::transactions::reversal_of(ctx, self.seen.row.id).await?;
        Ok(found.map(|id| Kind::Transaction.id(id)))
    }

    /// The closed period that it corrects.
    async fn corrects(&self) -> Option<CorrectedPeriod> {
        let year = self.seen.row.corrects_year?.into();
        let period = self.seen.row.corrects_period?.number();
        Some(CorrectedPeriod { financial_year: year, period })
    }

    /// The fields that are null because they are hidden from you.
    async fn withheld(&self) -> Vec<Withheld> {
        let hidden = |reason| Withheld { field: "sequence", reason };
        self.unnumbered.map(hidden).into_iter().collect()
    }

    /// What you may do to it; whether it can still be done, its kind and reversal say.
    async fn viewer_can(
        &self,
        ctx: &Context<'_>,
    ) -> async_graphql::Result<LedgerTransactionPermissions> {
        let row = &self.seen.row;
        let parties = ctx.loaders()?.load_one(PartiesOfFund(row.fund_id)).await?;
        let parties = parties.unwrap_or_default();
        let reverse = ctx.viewer()?.actor().may_reverse(&parties, row.posted_as_id);
        Ok(LedgerTransactionPermissions { reverse: reverse.into() })
    }

    /// Its entries, which sum to zero.
    async fn entries(&self, ctx: &Context<'_>) -> async_graphql::Result<Vec<LedgerEntry>> {
        let entries = super::transactions::entries(ctx, self.seen.row.id).await?;
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
