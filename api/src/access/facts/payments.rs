//! What payees were paid from the host's cash.

use std::collections::BTreeSet;

use chrono::NaiveDate;
use entities::{
    ledger_account::{self as account, AccountKind},
    ledger_entry as entry, ledger_transaction as transaction,
    value::{FinancialYear, Instant, Pence},
};
use sea_orm::{
    ColumnTrait, Condition, ConnectionTrait, DbErr, EntityTrait, JoinType, QueryFilter,
    QuerySelect, Select,
};
use uuid::Uuid;

use super::{reach::any_of, releases::is_released, whole};
use crate::{access::derive::with_predecessors, database::total};

/// Days of which a payee is told what was paid for a scheme.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct OpenDays {
    /// First day.
    pub first: NaiveDate,
    /// Last day.
    pub last: NaiveDate,
    /// True of days that a predecessor left behind: what it was paid then is told too (rule G5).
    pub is_inherited: bool,
    /// True when only payments of released periods are told (rule V11).
    pub only_released: bool,
}

/// What the payee was paid for each of these schemes with effect in `year` and on the days that
/// are open to it: what left the host's cash for it, less what came back, reversals included. What
/// a partner spent itself, and what is accrued only, is no payment from the pool.
///
/// # Errors
/// A fault of the database.
pub async fn received(
    connection: &impl ConnectionTrait,
    payee: Uuid,
    schemes: &[(Uuid, Vec<OpenDays>)],
    year: FinancialYear,
) -> Result<Vec<(Uuid, Pence)>, DbErr> {
    // The payee and whom it took over from.
    let mut payees = vec![payee];
    if schemes.iter().flat_map(|(_, days)| days).any(|days| days.is_inherited) {
        payees.extend(with_predecessors(connection, &BTreeSet::from([payee])).await?);
    }
    let of_scheme = |(scheme, days): &(Uuid, Vec<OpenDays>)| {
        Condition::all()
            .add(transaction::Column::SchemeId.eq(*scheme))
            .add(any_of(days, |days| on(days, &payees)))
    };
    let cash: Vec<(Uuid, Pence)> = cash_entries(year)
        .filter(any_of(schemes, of_scheme))
        .select_only()
        .column(transaction::Column::SchemeId)
        .column_as(total(entry::Column::AmountPence), "amount_pence")
        .group_by(transaction::Column::SchemeId)
        .into_tuple()
        .all(&whole(connection))
        .await?;
    // A credit of cash is money that the payee received.
    Ok(cash.into_iter().map(|(scheme, amount)| (scheme, -amount)).collect())
}

/// What left the host's cash for schemes of `fund` in each period of `year` with effect by `as_of`,
/// less what came back; as recorded by `known_at` where it is given.
///
/// # Errors
/// A fault of the database.
pub async fn monthly(
    connection: &impl ConnectionTrait,
    fund: Uuid,
    year: FinancialYear,
    (as_of, known_at): (NaiveDate, Option<Instant>),
) -> Result<Vec<(i32, Pence)>, DbErr> {
    let known = known_at.map(|known_at| transaction::Column::KnownAt.lte(known_at));
    let cash: Vec<(i32, Pence)> = cash_entries(year)
        .filter(Condition::all().add_option(known))
        .filter(transaction::Column::FundId.eq(fund))
        .filter(transaction::Column::EffectiveOn.lte(as_of))
        .filter(transaction::Column::SchemeId.is_not_null())
        .select_only()
        .column(transaction::Column::Period)
        .column_as(total(entry::Column::AmountPence), "amount_pence")
        .group_by(transaction::Column::Period)
        .into_tuple()
        .all(&whole(connection))
        .await?;
    let mut paid: Vec<(i32, Pence)> =
        cash.into_iter().map(|(period, amount)| (period, -amount)).collect();
    paid.sort_unstable();
    Ok(paid)
}

/// The transactions that took effect in `year`, with their entries of the host's cash.
#[expect(clippy::disallowed_methods, reason = "a reviewed reader: payees and the host ask")]
fn cash_entries(year: FinancialYear) -> Select<transaction::Entity> {
    transaction::Entity::find()
        .join(
            JoinType::InnerJoin,
            transaction::Entity::belongs_to(entry::Entity)
                .from(transaction::Column::Id)
                .to(entry::Column::TransactionId)
                .into(),
        )
        .join(
            JoinType::InnerJoin,
            entry::Entity::belongs_to(account::Entity)
                .from(entry::Column::AccountId)
                .to(account::Column::Id)
                .into(),
        )
        .filter(transaction::Column::FinancialYear.eq(year))
        .filter(account::Column::Kind.eq(AccountKind::Cash))
}

/// What one of `payees`, of which the first is the payee itself, was paid on these days.
fn on(days: &OpenDays, payees: &[Uuid]) -> Condition {
    use transaction::Column::{EffectiveOn, FinancialYear, FundId, PayeeId, Period};
    let told = if days.is_inherited { payees } else { payees.get(..1).unwrap_or_default() };
    let columns = [FundId, FinancialYear, Period].map(|it| (transaction::Entity, it));
    Condition::all()
        .add(PayeeId.is_in(told.iter().copied()))
        .add(EffectiveOn.gte(days.first))
        .add(EffectiveOn.lte(days.last))
        .add_option(days.only_released.then(|| is_released(columns.into(), None)))
}
