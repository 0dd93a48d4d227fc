//! Where the money of each partner and source of a fund stands at the end of a year.

use std::collections::BTreeMap;

use domain::rules::carry_forward::{Settled, YearEnd, put_in};
use entities::{
    contribution, contribution_change as change,
    ledger_account::{self as account, AccountKind},
    ledger_balance as balance,
    value::{FinancialYear, Pence},
};
use sea_orm::{
    ColumnTrait, ConnectionTrait, DbErr, EntityTrait, FromQueryResult, JoinType, QueryFilter,
    QuerySelect, sea_query::ExprTrait,
};
use uuid::Uuid;

use super::whole;
use crate::database::total;

/// A partner and a funding source.
pub type Source = (Uuid, String);

/// The sum of accounts of one kind in one year of effect.
#[derive(Clone, Debug, FromQueryResult)]
struct Sum {
    kind: AccountKind,
    partner_id: Option<Uuid>,
    funder_id: Option<Uuid>,
    source_code: Option<String>,
    contribution_year: Option<FinancialYear>,
    financial_year: FinancialYear,
    amount_pence: Pence,
}

/// What a contribution came to: agreed, and settled before the year and by its end.
#[derive(Clone, Copy, Debug, Default)]
struct Contribution {
    agreed: Pence,
    before: Settled,
    by_end: Settled,
}

/// What each partner has left from each source at the end of `year`, which is closed. What is settled
/// of the contribution of an earlier year counts in the year in which that takes effect.
///
/// # Errors
/// A fault of the database.
pub async fn of(
    connection: &impl ConnectionTrait,
    fund: Uuid,
    year: FinancialYear,
) -> Result<BTreeMap<Source, YearEnd>, DbErr> {
    let mut ends: BTreeMap<Source, YearEnd> = BTreeMap::new();
    let mut contributions: BTreeMap<(Source, FinancialYear), Contribution> = BTreeMap::new();
    for (partner, source, of_year, agreed) in agreed(connection, fund, year).await? {
        contributions.entry(((partner, source), of_year)).or_default().agreed += agreed;
    }
    for sum in sums(connection, fund, year).await? {
        let Some(source) = sum.source_code else { continue };
        let by = match sum.kind {
            AccountKind::Expenditure | AccountKind::ExpenditureRefund => sum.funder_id,
            _ => sum.partner_id,
        };
        let Some(key) = by.map(|by| (by, source)) else { continue };
        match (sum.kind, sum.contribution_year) {
            (AccountKind::Expenditure | AccountKind::ExpenditureRefund, _) => {
                ends.entry(key).or_default().spent += sum.amount_pence;
            }
            // What was settled of an earlier year is put in, or given back, in the year in which it
            // was settled.
            (AccountKind::RiskShare, _) => {
                ends.entry(key).or_default().put_in += -sum.amount_pence;
            }
            (AccountKind::CarriedForward, Some(of_year)) if of_year == year => {
                ends.entry(key).or_default().brought_forward += -sum.amount_pence;
            }
            (AccountKind::ContributionIncome | AccountKind::ContributionRefund, Some(of_year))
                if of_year <= year =>
            {
                let of = contributions.entry((key, of_year)).or_default();
                let is_before = sum.financial_year < year;
                for settled in [Some(&mut of.by_end), is_before.then_some(&mut of.before)] {
                    let Some(settled) = settled else { continue };
                    match sum.kind {
                        AccountKind::ContributionIncome => settled.invoiced += -sum.amount_pence,
                        _ => settled.refunded += sum.amount_pence,
                    }
                }
            }
            _ => {}
        }
    }
    for ((key, of_year), of) in contributions {
        let earlier = if of_year == year { Pence::ZERO } else { put_in(of.agreed, of.before) };
        ends.entry(key).or_default().put_in += put_in(of.agreed, of.by_end) - earlier;
    }
    Ok(ends)
}

/// What was agreed of every contribution up to `year`: partner, source, year and amount.
#[expect(clippy::disallowed_methods, reason = "a reviewed reader: rules hold over all rows")]
async fn agreed(
    connection: &impl ConnectionTrait,
    fund: Uuid,
    year: FinancialYear,
) -> Result<Vec<(Uuid, String, FinancialYear, Pence)>, DbErr> {
    use contribution::Column::{FinancialYear, FundId, PartnerId, SourceCode};
    let mut query = contribution::Entity::find()
        .join(
            JoinType::InnerJoin,
            contribution::Entity::belongs_to(change::Entity)
                .from(contribution::Column::Id)
                .to(change::Column::ContributionId)
                .into(),
        )
        .filter(FundId.eq(fund))
        .filter(FinancialYear.lte(year))
        .select_only();
    for column in [PartnerId, SourceCode, FinancialYear] {
        query = query.column(column).group_by(column);
    }
    query
        .expr_as(total(change::Column::AmountPence), "total")
        .into_tuple()
        .all(&whole(connection))
        .await
}

/// What was spent and settled in `year`, and what took effect by its end of contributions and
/// carry-forward.
#[expect(clippy::disallowed_methods, reason = "a reviewed reader: rules hold over all rows")]
async fn sums(
    connection: &impl ConnectionTrait,
    fund: Uuid,
    year: FinancialYear,
) -> Result<Vec<Sum>, DbErr> {
    use account::Column::{ContributionYear, FunderId, Kind, PartnerId, SourceCode};
    let spent = [AccountKind::Expenditure, AccountKind::ExpenditureRefund, AccountKind::RiskShare];
    let settled = [
        AccountKind::ContributionIncome,
        AccountKind::ContributionRefund,
        AccountKind::CarriedForward,
    ];
    let in_year = Kind.is_in(spent).and(balance::Column::FinancialYear.eq(year));
    let by_end = Kind.is_in(settled).and(balance::Column::FinancialYear.lte(year));
    let mut query = balance::Entity::find()
        .join(
            JoinType::InnerJoin,
            balance::Entity::belongs_to(account::Entity)
                .from(balance::Column::AccountId)
                .to(account::Column::Id)
                .into(),
        )
        .filter(balance::Column::FundId.eq(fund))
        .filter(in_year.or(by_end))
        .select_only();
    for column in [Kind, PartnerId, FunderId, SourceCode, ContributionYear] {
        query = query.column(column).group_by(column);
    }
    query
        .column(balance::Column::FinancialYear)
        .column_as(total(balance::Column::AmountPence), "amount_pence")
        .group_by(balance::Column::FinancialYear)
        .into_model()
        .all(&whole(connection))
        .await
}
