//! Posting into the books of a fund.

use async_graphql::{Context, Object};
use entities::ledger_transaction as transaction;

use super::{
    request::Asked,
    transaction::LedgerTransaction,
    transaction_input::{
        ContributionPostingInput, PostJournalInput, RecordAdjustmentInput, RecordExpenditureInput,
        ReverseTransactionInput, adjustment, contribution, journal, reversal, spending,
    },
};
use crate::{
    access::Seen,
    payload,
    service::{
        Stopped,
        ledger::{self, ContributionEvent},
    },
};

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
pub(super) async fn answer(
    ctx: &Context<'_>,
    done: Result<transaction::Model, Stopped>,
) -> async_graphql::Result<LedgerTransactionPayload> {
    ctx.request()?.after_write().await;
    LedgerTransactionPayload::answer(done, |row| LedgerTransaction {
        seen: Seen::by_its_writer(row),
        unnumbered: None,
    })
}
