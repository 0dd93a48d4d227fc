use std::collections::BTreeMap;

use chrono::NaiveDate;
use domain::rules::ledger_posting::Entry;
use entities::{
    ledger_account, ledger_entry,
    ledger_transaction::{self as transaction, TransactionKind},
    value::FinancialYear,
};
use sea_orm::{
    ColumnTrait, ConnectionTrait, DbErr, EntityTrait, PaginatorTrait, QueryFilter, QueryOrder,
};
use uuid::Uuid;

use super::post::key_of;
use crate::{
    access,
    auth::Viewer,
    database::{Cut, Keyset, PageRequest},
};

/// Which transactions of a fund are wanted.
#[derive(Clone, Debug, Default)]
pub struct TransactionFilter {
    /// Of this year.
    pub year: Option<FinancialYear>,
    /// Of this kind.
    pub kind: Option<TransactionKind>,
    /// In effect on this day or later.
    pub effective_from: Option<NaiveDate>,
    /// In effect on this day or earlier.
    pub effective_to: Option<NaiveDate>,
}

/// A page of a fund's transactions that the viewer sees, by day of effect; and how many there are,
/// when that is asked for.
///
/// # Errors
/// A fault of the database.
pub async fn list_transactions(
    connection: &impl ConnectionTrait,
    viewer: &Viewer,
    fund: Uuid,
    (filter, page): (&TransactionFilter, &PageRequest),
    count: bool,
) -> Result<(Cut<transaction::Model>, Option<u64>), DbErr> {
    use transaction::Column::{EffectiveOn, FinancialYear, FundId, Id, Kind};
    let mut query = access::ledger::sees_transactions(viewer).filter(FundId.eq(fund));
    if let Some(year) = filter.year {
        query = query.filter(FinancialYear.eq(year));
    }
    if let Some(kind) = filter.kind {
        query = query.filter(Kind.eq(kind));
    }
    if let Some(from) = filter.effective_from {
        query = query.filter(EffectiveOn.gte(from));
    }
    if let Some(to) = filter.effective_to {
        query = query.filter(EffectiveOn.lte(to));
    }
    let total = if count { Some(query.clone().count(connection).await?) } else { None };
    let order = Keyset::new()
        .ascending((transaction::Entity, EffectiveOn))
        .ascending((transaction::Entity, Id));
    let rows = order.page(query, page).all(connection).await?;
    Ok((page.cut(rows.into_iter().map(|(row, _)| row).collect()), total))
}

/// Of these transactions the ones that take them back, as far as the viewer sees those.
///
/// # Errors
/// A fault of the database.
pub async fn reversals_of(
    connection: &impl ConnectionTrait,
    viewer: &Viewer,
    ids: &[Uuid],
) -> Result<Vec<(Uuid, Uuid)>, DbErr> {
    let rows = access::ledger::sees_transactions(viewer)
        .filter(transaction::Column::ReversesId.is_in(ids.iter().copied()))
        .all(connection)
        .await?;
    Ok(rows.into_iter().filter_map(|(row, _)| Some((row.reverses_id?, row.id))).collect())
}

/// The entries of transactions that the viewer has found, with their accounts.
///
/// # Errors
/// A fault of the database.
#[expect(clippy::disallowed_methods, reason = "a reviewed reader of transactions found in scope")]
pub async fn entries_of_all(
    connection: &impl ConnectionTrait,
    ids: &[Uuid],
) -> Result<BTreeMap<Uuid, Vec<Entry>>, DbErr> {
    let rows = ledger_entry::Entity::find()
        .filter(ledger_entry::Column::TransactionId.is_in(ids.iter().copied()))
        .order_by_asc(ledger_entry::Column::TransactionId)
        .order_by_asc(ledger_entry::Column::Line)
        .all(connection)
        .await?;
    let accounts = ledger_account::Entity::find()
        .filter(ledger_account::Column::Id.is_in(rows.iter().map(|row| row.account_id)))
        .all(connection)
        .await?;
    let keys: BTreeMap<Uuid, _> = accounts.iter().map(|row| (row.id, key_of(row))).collect();
    let mut entries: BTreeMap<Uuid, Vec<Entry>> = BTreeMap::new();
    for row in rows {
        if let Some(account) = keys.get(&row.account_id) {
            let entry = Entry { account: account.clone(), amount: row.amount_pence };
            entries.entry(row.transaction_id).or_default().push(entry);
        }
    }
    Ok(entries)
}
