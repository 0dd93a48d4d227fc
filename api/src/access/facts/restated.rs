//! Spending that corrects another period than its own, moved to the period that it corrects (rule
//! M9): what a restated position counts otherwise.

use std::collections::HashMap;

use entities::{
    ledger_account::{self as account, AccountKind},
    ledger_entry as entry, ledger_transaction as transaction,
    value::Instant,
};
use sea_orm::{
    ColumnTrait, Condition, ConnectionTrait, DbErr, EntityTrait, JoinType, QueryFilter,
    QuerySelect, Select,
    sea_query::{Expr, ExprTrait},
};
use uuid::Uuid;

use super::{
    balances::{AccountSum, by_account, effective},
    reach::{Alike, any_of},
    releases::is_released,
    whole,
};
use crate::database::total;

/// What is added to the sums of accounts that [`super::balances::sums`] answers, so that every
/// correction counts in the period that it corrects: below nothing where it was posted.
///
/// # Errors
/// A fault of the database.
pub async fn moves(
    connection: &impl ConnectionTrait,
    groups: &[Alike],
) -> Result<Vec<AccountSum>, DbErr> {
    use transaction::Column::{CorrectsPeriod, CorrectsYear, FinancialYear, Period};
    let out = by_account(amounts(corrections(groups, counted), FinancialYear, Period));
    let mut moves: Vec<AccountSum> = out.into_model().all(&whole(connection)).await?;
    for sum in &mut moves {
        sum.amount_pence = -sum.amount_pence;
    }
    let into = by_account(amounts(corrections(groups, corrected), CorrectsYear, CorrectsPeriod));
    let into: Vec<AccountSum> = into.into_model().all(&whole(connection)).await?;
    // In the year that it corrects it is that year's own spending.
    moves.extend(into.into_iter().map(|sum| AccountSum { contribution_year: None, ..sum }));
    Ok(moves)
}

/// The instant of the last correction in each fund that counts in a restated position.
///
/// # Errors
/// A fault of the database.
pub async fn last(
    connection: &impl ConnectionTrait,
    groups: &[Alike],
) -> Result<HashMap<Uuid, Instant>, DbErr> {
    use transaction::Column::{FundId, KnownAt};
    let last: Vec<(Uuid, Instant)> = corrections(groups, corrected)
        .select_only()
        .column(FundId)
        .column_as(KnownAt.max(), "known_at")
        .group_by(FundId)
        .into_tuple()
        .all(&whole(connection))
        .await?;
    Ok(last.into_iter().collect())
}

/// The transactions that correct another period than their own, with their entries of spending.
#[expect(clippy::disallowed_methods, reason = "a reviewed reader: rules hold over all rows")]
fn corrections(
    groups: &[Alike],
    counts: impl Fn(&Alike) -> Condition,
) -> Select<transaction::Entity> {
    use transaction::Column::{CorrectsPeriod, CorrectsYear, FinancialYear, Period};
    let column = |column| Expr::col((transaction::Entity, column));
    let elsewhere = Condition::any()
        .add(column(CorrectsYear).not_equals((transaction::Entity, FinancialYear)))
        .add(column(CorrectsPeriod).not_equals((transaction::Entity, Period)));
    let spending = [AccountKind::Expenditure, AccountKind::ExpenditureRefund];
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
        .filter(account::Column::Kind.is_in(spending))
        .filter(elsewhere)
        .filter(any_of(groups, counts))
}

fn amounts(
    query: Select<transaction::Entity>,
    year: transaction::Column,
    period: transaction::Column,
) -> Select<transaction::Entity> {
    query
        .select_only()
        .column_as(year, "financial_year")
        .column_as(period, "period")
        .column_as(total(entry::Column::AmountPence), "amount_pence")
        .group_by(year)
        .group_by(period)
}

/// What the sums of accounts counted of the year.
fn counted(group: &Alike) -> Condition {
    of_group(group).add(effective(&group.reach.postings))
}

/// What corrects a period of the year that has ended by the cutoff, whenever it took effect; of a
/// relation that has ended, what took effect while it lasted.
fn corrected(group: &Alike) -> Condition {
    use transaction::Column::{CorrectsPeriod, CorrectsYear, EffectiveOn};
    let cutoff = &group.reach.postings;
    let closed_at = group.reach.closed_at;
    of_group(group)
        .add(CorrectsYear.eq(cutoff.year))
        .add(CorrectsPeriod.lte(cutoff.last_ended_period()))
        .add_option(closed_at.map(|at| EffectiveOn.lt(at.to_utc().date_naive())))
}

fn of_group(group: &Alike) -> Condition {
    use transaction::Column::{FinancialYear, FundId, KnownAt, Period};
    let known_at = group.reach.postings.known_at;
    let columns = [FundId, FinancialYear, Period].map(|it| (transaction::Entity, it));
    let released = group.reach.only_released.then(|| is_released(columns.into(), known_at));
    Condition::all()
        .add(FundId.is_in(group.funds.iter().copied()))
        .add_option(known_at.map(|known_at| KnownAt.lte(known_at)))
        .add_option(released)
}
