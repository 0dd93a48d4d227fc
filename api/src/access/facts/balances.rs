//! Balances of accounts at a cutoff: sums that the database keeps by period and by month of
//! recording, and what lies between the nearest of them and the cutoff.

use entities::{
    ledger_account::{self as account, AccountKind},
    ledger_balance as balance, ledger_entry as entry, ledger_transaction as transaction,
    value::{FinancialYear, Pence, Period},
};
use sea_orm::{
    ColumnTrait, Condition, ConnectionTrait, DbErr, EntityTrait, FromQueryResult, JoinType,
    QueryFilter, QuerySelect, sea_query::SimpleExpr,
};
use uuid::Uuid;

use super::Cutoff;
use crate::database::total;

/// The sum of an account's entries in one period.
#[derive(Clone, Debug, FromQueryResult)]
pub struct AccountSum {
    /// The fund.
    pub fund_id: Uuid,
    /// What the account counts.
    pub kind: AccountKind,
    /// The scheme, of expenditure.
    pub scheme_id: Option<Uuid>,
    /// The partner: who incurred expenditure, or whose income or debt it is.
    pub partner_id: Option<Uuid>,
    /// Who funds expenditure.
    pub funder_id: Option<Uuid>,
    /// The funding source.
    pub source_code: Option<String>,
    /// The year of the contribution, of its income, debt and refunds.
    pub contribution_year: Option<FinancialYear>,
    /// The year of effect.
    pub financial_year: FinancialYear,
    /// The period of effect.
    pub period: Period,
    /// The sum: debits positive, credits negative.
    pub amount_pence: Pence,
}

/// The sums of the accounts of `funds` at the cutoff: of the year's own entries, and of cash and
/// debts also what earlier years left.
///
/// # Errors
/// A fault of the database.
pub async fn sums(
    connection: &impl ConnectionTrait,
    funds: &[Uuid],
    cutoff: &Cutoff,
) -> Result<Vec<AccountSum>, DbErr> {
    let mut sums = kept(connection, funds, cutoff).await?;
    if cutoff.current_period().is_some() || cutoff.known_at.is_some() {
        sums.extend(since(connection, funds, cutoff).await?);
    }
    Ok(sums)
}

/// True of accounts whose balance goes on from year to year. A contribution is invoiced before its
/// year as well, and each has accounts of its own year.
fn goes_on() -> SimpleExpr {
    account::Column::Kind.is_in([
        AccountKind::Cash,
        AccountKind::Receivable,
        AccountKind::ContributionIncome,
        AccountKind::ContributionRefund,
        AccountKind::Payable,
        AccountKind::Accrual,
        AccountKind::Reserve,
        AccountKind::CarriedForward,
    ])
}

#[expect(clippy::disallowed_methods, reason = "a reviewed reader: rules hold over all rows")]
async fn kept(
    connection: &impl ConnectionTrait,
    funds: &[Uuid],
    cutoff: &Cutoff,
) -> Result<Vec<AccountSum>, DbErr> {
    let ended = Condition::any()
        .add(
            Condition::all()
                .add(balance::Column::FinancialYear.eq(cutoff.year))
                .add(balance::Column::Period.lte(cutoff.last_ended_period())),
        )
        .add(Condition::all().add(balance::Column::FinancialYear.lt(cutoff.year)).add(goes_on()));
    let mut query = balance::Entity::find()
        .join(
            JoinType::InnerJoin,
            balance::Entity::belongs_to(account::Entity)
                .from(balance::Column::AccountId)
                .to(account::Column::Id)
                .into(),
        )
        .filter(balance::Column::FundId.is_in(funds.iter().copied()))
        .filter(ended);
    if let Some(known_at) = cutoff.known_at {
        query = query.filter(balance::Column::KnownMonth.lt(known_at.month()));
    }
    let query = query
        .select_only()
        .column(balance::Column::FinancialYear)
        .column(balance::Column::Period)
        .column_as(total(balance::Column::AmountPence), "amount_pence")
        .group_by(balance::Column::FinancialYear)
        .group_by(balance::Column::Period);
    by_account(query).into_model::<AccountSum>().all(connection).await
}

/// What was posted since the nearest kept balances: in the month of effect that has not ended,
/// and in the month of recording in which the cutoff lies.
#[expect(clippy::disallowed_methods, reason = "a reviewed reader: rules hold over all rows")]
async fn since(
    connection: &impl ConnectionTrait,
    funds: &[Uuid],
    cutoff: &Cutoff,
) -> Result<Vec<AccountSum>, DbErr> {
    let mut parts = Condition::any();
    if let Some(period) = cutoff.current_period() {
        parts = parts.add(
            Condition::all()
                .add(transaction::Column::FinancialYear.eq(cutoff.year))
                .add(transaction::Column::Period.eq(period))
                .add(transaction::Column::EffectiveOn.lte(cutoff.as_of)),
        );
    }
    if let Some(known_at) = cutoff.known_at {
        let in_time = Condition::any()
            .add(
                Condition::all()
                    .add(transaction::Column::FinancialYear.eq(cutoff.year))
                    .add(transaction::Column::Period.lte(cutoff.last_ended_period())),
            )
            .add(
                Condition::all()
                    .add(transaction::Column::FinancialYear.lt(cutoff.year))
                    .add(goes_on()),
            );
        let month = entities::value::Instant::start_of_month(known_at.month());
        parts =
            parts.add(Condition::all().add(transaction::Column::KnownAt.gte(month)).add(in_time));
    }
    let mut query = transaction::Entity::find()
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
        .filter(transaction::Column::FundId.is_in(funds.iter().copied()))
        .filter(parts);
    if let Some(known_at) = cutoff.known_at {
        query = query.filter(transaction::Column::KnownAt.lte(known_at));
    }
    let query = query
        .select_only()
        .column(transaction::Column::FinancialYear)
        .column(transaction::Column::Period)
        .column_as(total(entry::Column::AmountPence), "amount_pence")
        .group_by(transaction::Column::FinancialYear)
        .group_by(transaction::Column::Period);
    by_account(query).into_model::<AccountSum>().all(connection).await
}

fn by_account<S: QuerySelect>(mut query: S) -> S {
    use account::Column::{
        ContributionYear, FundId, FunderId, Kind, PartnerId, SchemeId, SourceCode,
    };
    for column in [FundId, Kind, SchemeId, PartnerId, FunderId, SourceCode, ContributionYear] {
        query = query.column(column).group_by(column);
    }
    query
}
