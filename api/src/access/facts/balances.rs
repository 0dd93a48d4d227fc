//! Balances of accounts at a cutoff: sums that the database keeps by period and by month of
//! recording, and what lies between the nearest of them and the cutoff.

use entities::{
    ledger_account::{self as account, AccountKind},
    ledger_balance as balance, ledger_entry as entry, ledger_transaction as transaction,
    value::{FinancialYear, Pence, Period},
};
use sea_orm::{
    ColumnTrait, Condition, ConnectionTrait, DbErr, EntityTrait, FromQueryResult, JoinType,
    QueryFilter, QuerySelect,
    sea_query::{Expr, SimpleExpr},
};
use uuid::Uuid;

use super::{
    Cutoff,
    reach::{Alike, any_of},
    releases::is_released,
    whole,
};
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

/// The sums of the accounts of funds, of each group at its cutoff for postings: of the year's own
/// entries, and of cash and debts also what earlier years left.
///
/// # Errors
/// A fault of the database.
pub async fn sums(
    connection: &impl ConnectionTrait,
    groups: &[Alike],
) -> Result<Vec<AccountSum>, DbErr> {
    let mut sums = kept(connection, groups).await?;
    sums.extend(since(connection, groups).await?);
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
        AccountKind::DueFromPartner,
        AccountKind::DueFromFunds,
    ])
}

#[expect(clippy::disallowed_methods, reason = "a reviewed reader: rules hold over all rows")]
async fn kept(
    connection: &impl ConnectionTrait,
    groups: &[Alike],
) -> Result<Vec<AccountSum>, DbErr> {
    let of_group = |group: &Alike| {
        let cutoff = &group.reach.postings;
        let ended = ended(cutoff, balance::Column::FinancialYear, balance::Column::Period);
        let mut counts = Condition::all()
            .add(balance::Column::FundId.is_in(group.funds.iter().copied()))
            .add(ended);
        if let Some(known_at) = cutoff.known_at {
            counts = counts.add(balance::Column::KnownMonth.lt(known_at.month()));
        }
        if group.reach.only_released {
            use balance::Column::{FinancialYear, FundId, Period};
            let columns = [FundId, FinancialYear, Period].map(|it| (balance::Entity, it));
            counts = counts.add(is_released(columns.into(), cutoff.known_at));
        }
        counts
    };
    let query = balance::Entity::find()
        .join(
            JoinType::InnerJoin,
            balance::Entity::belongs_to(account::Entity)
                .from(balance::Column::AccountId)
                .to(account::Column::Id)
                .into(),
        )
        .filter(any_of(groups, of_group))
        .select_only()
        .column(balance::Column::FinancialYear)
        .column(balance::Column::Period)
        .column_as(total(balance::Column::AmountPence), "amount_pence")
        .group_by(balance::Column::FinancialYear)
        .group_by(balance::Column::Period);
    by_account(query).into_model::<AccountSum>().all(&whole(connection)).await
}

/// What took effect in periods that have ended by the cutoff, and in earlier years on accounts that
/// go on.
fn ended(cutoff: &Cutoff, year: impl ColumnTrait, period: impl ColumnTrait) -> Condition {
    let in_year =
        Condition::all().add(year.eq(cutoff.year)).add(period.lte(cutoff.last_ended_period()));
    Condition::any().add(in_year).add(Condition::all().add(year.lt(cutoff.year)).add(goes_on()))
}

/// What was posted since the nearest kept balances: in the month of effect that has not ended,
/// and in the month of recording in which the cutoff lies.
#[expect(clippy::disallowed_methods, reason = "a reviewed reader: rules hold over all rows")]
async fn since(
    connection: &impl ConnectionTrait,
    groups: &[Alike],
) -> Result<Vec<AccountSum>, DbErr> {
    let query = transaction::Entity::find()
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
        .filter(any_of(groups, counts_since))
        .select_only()
        .column(transaction::Column::FinancialYear)
        .column(transaction::Column::Period)
        .column_as(total(entry::Column::AmountPence), "amount_pence")
        .group_by(transaction::Column::FinancialYear)
        .group_by(transaction::Column::Period);
    by_account(query).into_model::<AccountSum>().all(&whole(connection)).await
}

/// What took effect in the year by the cutoff.
pub(super) fn effective(cutoff: &Cutoff) -> Condition {
    use transaction::Column::{EffectiveOn, FinancialYear};
    Condition::all().add(FinancialYear.eq(cutoff.year)).add(EffectiveOn.lte(cutoff.as_of))
}

fn counts_since(group: &Alike) -> Condition {
    use transaction::Column::{EffectiveOn, FinancialYear, FundId, KnownAt, Period};
    let cutoff = &group.reach.postings;
    let mut parts = Condition::any().add(Expr::value(false));
    if let Some(period) = cutoff.current_period() {
        parts = parts.add(
            Condition::all()
                .add(FinancialYear.eq(cutoff.year))
                .add(Period.eq(period))
                .add(EffectiveOn.lte(cutoff.as_of)),
        );
    }
    if let Some(known_at) = cutoff.known_at {
        let month = entities::value::Instant::start_of_month(known_at.month());
        let in_time = ended(cutoff, FinancialYear, Period);
        parts = parts.add(Condition::all().add(KnownAt.gte(month)).add(in_time));
    }
    let mut counts = Condition::all().add(FundId.is_in(group.funds.iter().copied())).add(parts);
    if let Some(known_at) = cutoff.known_at {
        counts = counts.add(KnownAt.lte(known_at));
    }
    if group.reach.only_released {
        let columns = [FundId, FinancialYear, Period].map(|it| (transaction::Entity, it));
        counts = counts.add(is_released(columns.into(), cutoff.known_at));
    }
    counts
}

pub(super) fn by_account<S: QuerySelect>(mut query: S) -> S {
    use account::Column::{
        ContributionYear, FundId, FunderId, Kind, PartnerId, SchemeId, SourceCode,
    };
    for column in [FundId, Kind, SchemeId, PartnerId, FunderId, SourceCode, ContributionYear] {
        query = query.column(column).group_by(column);
    }
    query
}
