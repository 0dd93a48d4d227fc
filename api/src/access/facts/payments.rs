//! What payees were paid from the host's cash.

use entities::{
    ledger_account::{self as account, AccountKind},
    ledger_entry as entry, ledger_transaction as transaction,
    value::{FinancialYear, Pence},
};
use sea_orm::{
    ColumnTrait, ConnectionTrait, DbErr, EntityTrait, JoinType, QueryFilter, QuerySelect,
};
use uuid::Uuid;

use crate::database::total;

/// What `payee` was paid for each of `schemes` with effect in `year`: what left the host's cash for
/// it, less what came back, reversals included. What a partner spent itself, and what is accrued
/// only, is no payment from the pool.
///
/// # Errors
/// A fault of the database.
#[expect(clippy::disallowed_methods, reason = "a reviewed reader: the payee asks for its own")]
pub async fn received(
    connection: &impl ConnectionTrait,
    payee: Uuid,
    schemes: &[Uuid],
    year: FinancialYear,
) -> Result<Vec<(Uuid, Pence)>, DbErr> {
    let cash: Vec<(Uuid, Pence)> = transaction::Entity::find()
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
        .filter(transaction::Column::PayeeId.eq(payee))
        .filter(transaction::Column::SchemeId.is_in(schemes.iter().copied()))
        .filter(transaction::Column::FinancialYear.eq(year))
        .filter(account::Column::Kind.eq(AccountKind::Cash))
        .select_only()
        .column(transaction::Column::SchemeId)
        .column_as(total(entry::Column::AmountPence), "amount_pence")
        .group_by(transaction::Column::SchemeId)
        .into_tuple()
        .all(connection)
        .await?;
    // A credit of cash is money that the payee received.
    Ok(cash.into_iter().map(|(scheme, amount)| (scheme, -amount)).collect())
}

/// What left the host's cash for schemes of `fund` in each period of `year` with effect by `as_of`,
/// less what came back.
///
/// # Errors
/// A fault of the database.
#[expect(clippy::disallowed_methods, reason = "a reviewed reader: the host publishes its own")]
pub async fn monthly(
    connection: &impl ConnectionTrait,
    fund: Uuid,
    year: FinancialYear,
    as_of: chrono::NaiveDate,
) -> Result<Vec<(i32, Pence)>, DbErr> {
    let cash: Vec<(i32, Pence)> = transaction::Entity::find()
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
        .filter(transaction::Column::FundId.eq(fund))
        .filter(transaction::Column::FinancialYear.eq(year))
        .filter(transaction::Column::EffectiveOn.lte(as_of))
        .filter(transaction::Column::SchemeId.is_not_null())
        .filter(account::Column::Kind.eq(AccountKind::Cash))
        .select_only()
        .column(transaction::Column::Period)
        .column_as(total(entry::Column::AmountPence), "amount_pence")
        .group_by(transaction::Column::Period)
        .into_tuple()
        .all(connection)
        .await?;
    let mut paid: Vec<(i32, Pence)> =
        cash.into_iter().map(|(period, amount)| (period, -amount)).collect();
    paid.sort_unstable();
    Ok(paid)
}
