//! Lists of ledger transactions, and their entries in one batch.

use std::collections::HashMap;

use async_graphql::{Context, InputObject, dataloader::Loader};
use domain::{
    policy::{Rights, Standing, derive::FOREVER, matrix::FieldGroup},
    rules::ledger_posting::Entry,
};
use entities::{ledger_transaction as transaction, pooled_fund};
use sea_orm::Value;
use uuid::Uuid;

use super::{
    agreement_loaders::AgreementById,
    loaders::{LoadFailed, Loading, Scoped},
    paging::{Page, PageArguments},
    request::{Asked, fault, stopped},
    scalars::{Date, FinancialYear},
    transaction::{LedgerTransaction, LedgerTransactionConnection, TransactionKind},
    withheld::WithheldReason,
};
use crate::{
    access::Seen,
    service::{
        Refusal,
        ledger::{TransactionFilter, entries_of_all, list_transactions, reversals_of},
    },
};

/// Which transactions of a fund are wanted. All that is said has to hold.
#[derive(Clone, Debug, Default, InputObject)]
pub struct LedgerTransactionWhere {
    /// Of this year.
    pub financial_year: Option<FinancialYear>,
    /// Of this kind.
    pub kind: Option<TransactionKind>,
    /// In effect on this day or later.
    pub effective_from: Option<Date>,
    /// In effect on this day or earlier.
    pub effective_to: Option<Date>,
}

impl LedgerTransactionWhere {
    fn read(&self) -> Result<TransactionFilter, Refusal> {
        let year = self.financial_year.as_ref().map(|year| year.year("where.financialYear"));
        let from = self.effective_from.as_ref().map(|day| day.day("where.effectiveFrom"));
        let to = self.effective_to.as_ref().map(|day| day.day("where.effectiveTo"));
        Ok(TransactionFilter {
            year: year.transpose()?,
            kind: self.kind.map(Into::into),
            effective_from: from.transpose()?,
            effective_to: to.transpose()?,
        })
    }
}

/// A page of a fund's transactions by day of effect; null for who may not read the books.
///
/// # Errors
/// A bad page, a bad cursor, or a fault.
pub async fn of_fund(
    ctx: &Context<'_>,
    fund: &Seen<pooled_fund::Model>,
    arguments: &PageArguments,
    filter: Option<LedgerTransactionWhere>,
) -> async_graphql::Result<Option<LedgerTransactionConnection>> {
    if !fund.reads(FieldGroup::Ledger) {
        return Ok(None);
    }
    let viewer = ctx.viewer()?;
    let filter = filter.unwrap_or_default();
    let filter = filter.read().map_err(|refusal| stopped(refusal.into()))?;
    let request = ctx.request()?;
    let bound = format!("{} {filter:?}", fund.row.id);
    let list = request.cursors.list(viewer.holder(), "transactions", "", &bound);
    let page = arguments.request(&list)?;
    let count = ctx.look_ahead().field("totalCount").exists();
    let snapshot = request.snapshot().await?;
    let (cut, total) =
        list_transactions(snapshot.connection(), viewer, fund.row.id, (&filter, &page), count)
            .await
            .map_err(fault)?;
    let values =
        |row: &transaction::Model| -> Vec<Value> { vec![row.effective_on.into(), row.id.into()] };
    let page = Page::new(cut, &list, values).of_total(total);
    let unnumbered = unnumbered(ctx, fund).await?;
    let seen = |row: transaction::Model| {
        let day = row.effective_on;
        LedgerTransaction { seen: fund.with(row).on(day), unnumbered }
    };
    Ok(Some(LedgerTransactionConnection(page.map(seen))))
}

/// Why the numbers of a fund's transactions are hidden: where some may not be seen, or not yet, a
/// gap would tell that they are there. Nothing takes effect before the agreement does.
async fn unnumbered(
    ctx: &Context<'_>,
    fund: &Seen<pooled_fund::Model>,
) -> async_graphql::Result<Option<WithheldReason>> {
    let agreement = ctx.loaders()?.load_one(AgreementById(fund.row.agreement_id)).await?;
    let opens = |standing: &Standing, from| {
        standing.opens_throughout(FieldGroup::Ledger, (from, FOREVER), Rights::reads_all)
    };
    let Some(agreement) = agreement.filter(|it| opens(&fund.standing, it.row.starts_on)) else {
        return Ok(Some(WithheldReason::OutsideYourDays));
    };
    let is_live = opens(&fund.standing.live(), agreement.row.starts_on);
    Ok((!is_live).then_some(WithheldReason::NotReleased))
}

/// Asks for the entries of a transaction.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct EntriesOf(pub Uuid);

impl Loader<EntriesOf> for Scoped {
    type Value = Vec<Entry>;
    type Error = LoadFailed;

    async fn load(&self, keys: &[EntriesOf]) -> Result<HashMap<EntriesOf, Vec<Entry>>, LoadFailed> {
        let snapshot = self.0.snapshot().await?;
        let ids: Vec<Uuid> = keys.iter().map(|key| key.0).collect();
        let found = entries_of_all(snapshot.connection(), &ids).await.map_err(fault)?;
        Ok(found.into_iter().map(|(id, entries)| (EntriesOf(id), entries)).collect())
    }
}

/// Asks for the transaction that takes another back.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct ReversalOf(pub Uuid);

impl Loader<ReversalOf> for Scoped {
    type Value = Uuid;
    type Error = LoadFailed;

    async fn load(&self, keys: &[ReversalOf]) -> Result<HashMap<ReversalOf, Uuid>, LoadFailed> {
        let Some(viewer) = self.0.viewer.as_deref() else { return Ok(HashMap::new()) };
        let snapshot = self.0.snapshot().await?;
        let ids: Vec<Uuid> = keys.iter().map(|key| key.0).collect();
        let found = reversals_of(snapshot.connection(), viewer, &ids).await.map_err(fault)?;
        Ok(found.into_iter().map(|(of, reversal)| (ReversalOf(of), reversal)).collect())
    }
}

/// The transaction that takes another back, when the viewer sees it.
pub(super) async fn reversal_of(
    ctx: &Context<'_>,
    id: Uuid,
) -> async_graphql::Result<Option<Uuid>> {
    ctx.loaders()?.load_one(ReversalOf(id)).await
}

/// The entries of a transaction that the viewer sees.
pub(super) async fn entries(ctx: &Context<'_>, id: Uuid) -> async_graphql::Result<Vec<Entry>> {
    Ok(ctx.loaders()?.load_one(EntriesOf(id)).await?.unwrap_or_default())
}
