//! Budgets of schemes as dated changes (rule M4), and whether a fund's budgets stay within its
//! income (rule M3).

use std::collections::BTreeMap;

use chrono::NaiveDate;
use domain::rules::{
    profile::Months,
    programme::{OverProgrammed, within_income},
};
use entities::{
    budget_change::{self, BudgetChangeKind},
    budget_period, contribution, contribution_change, pooled_fund, scheme,
    value::{FinancialYear, Instant, Pence, Period},
};
use sea_orm::{
    ActiveModelTrait, ColumnTrait, ConnectionTrait, DbErr, EntityTrait, IntoActiveModel, JoinType,
    QueryFilter, QuerySelect,
};
use uuid::Uuid;

use super::{Code, Refusal, Stopped};
use crate::access::facts::whole;
use crate::database::{Writing, total};

/// An amount that is added to a scheme's budget, or taken from it when negative.
#[derive(Clone, Debug)]
pub struct BudgetChange {
    /// The scheme.
    pub scheme: Uuid,
    /// The year.
    pub year: FinancialYear,
    /// How it came about.
    pub kind: BudgetChangeKind,
    /// Its months, April first; the change is their sum. `domain::rules::profile` makes them.
    pub months: Months,
    /// From when it counts.
    pub effective_on: NaiveDate,
    /// When it was recorded: from [`super::fund_lock::hold`].
    pub known_at: Instant,
    /// The movement that it belongs to.
    pub movement: Option<Uuid>,
}

/// Records a change of a scheme's budget with its twelve months. The caller holds the fund and
/// checks the programme afterwards.
///
/// # Errors
/// A fault of the database.
pub async fn add_change(
    tx: &Writing,
    change: BudgetChange,
) -> Result<budget_change::Model, Stopped> {
    let row = budget_change::Model {
        id: tx.new_id(),
        scheme_id: change.scheme,
        financial_year: change.year,
        kind: change.kind,
        amount_pence: change.months.iter().copied().sum(),
        effective_on: change.effective_on,
        known_at: change.known_at,
        movement_id: change.movement,
    };
    let row = tx.insert(row).await?;
    let months = Period::months().zip(change.months).map(|(period, amount_pence)| {
        budget_period::Model { change_id: row.id, period, amount_pence }
            .into_active_model()
            .reset_all()
    });
    budget_period::Entity::insert_many(months).exec_without_returning(&**tx).await?;
    Ok(row)
}

/// The budgets of all schemes of a fund for a year, everything recorded counted.
///
/// # Errors
/// A fault of the database.
#[expect(clippy::disallowed_methods, reason = "rule M3 holds over all rows of a fund")]
pub async fn budget_total(
    connection: &impl ConnectionTrait,
    fund: Uuid,
    year: FinancialYear,
) -> Result<Pence, Stopped> {
    let query = budget_change::Entity::find()
        .join(
            JoinType::InnerJoin,
            budget_change::Entity::belongs_to(scheme::Entity)
                .from(budget_change::Column::SchemeId)
                .to(scheme::Column::Id)
                .into(),
        )
        .filter(scheme::Column::FundId.eq(fund))
        .filter(budget_change::Column::FinancialYear.eq(year))
        .select_only()
        .expr_as(total(budget_change::Column::AmountPence), "total");
    let sum: Option<Option<Pence>> = query.into_tuple().one(&whole(connection)).await?;
    Ok(sum.flatten().unwrap_or_default())
}

/// The budget of one scheme for a year, everything recorded counted.
///
/// # Errors
/// A fault of the database.
#[expect(clippy::disallowed_methods, reason = "the caller found the scheme through its view")]
pub async fn budget_of_scheme(
    connection: &impl ConnectionTrait,
    scheme: Uuid,
    year: FinancialYear,
) -> Result<Pence, Stopped> {
    let query = budget_change::Entity::find()
        .filter(budget_change::Column::SchemeId.eq(scheme))
        .filter(budget_change::Column::FinancialYear.eq(year))
        .select_only()
        .expr_as(total(budget_change::Column::AmountPence), "total");
    let sum: Option<Option<Pence>> = query.into_tuple().one(&whole(connection)).await?;
    Ok(sum.flatten().unwrap_or_default())
}

/// The contributions agreed to a fund for a year, planned and varied, everything recorded counted.
///
/// # Errors
/// A fault of the database.
#[expect(clippy::disallowed_methods, reason = "rule M3 holds over all rows of a fund")]
pub async fn income_total(
    connection: &impl ConnectionTrait,
    fund: Uuid,
    year: FinancialYear,
) -> Result<Pence, Stopped> {
    let query = contribution_change::Entity::find()
        .join(
            JoinType::InnerJoin,
            contribution_change::Entity::belongs_to(contribution::Entity)
                .from(contribution_change::Column::ContributionId)
                .to(contribution::Column::Id)
                .into(),
        )
        .filter(contribution::Column::FundId.eq(fund))
        .filter(contribution::Column::FinancialYear.eq(year))
        .select_only()
        .expr_as(total(contribution_change::Column::AmountPence), "total");
    let sum: Option<Option<Pence>> = query.into_tuple().one(&whole(connection)).await?;
    Ok(sum.flatten().unwrap_or_default())
}

/// Whether the budgets of a fund stay within its income, as they are now in this transaction
/// (rule M3).
///
/// # Errors
/// `OVER_PROGRAMMED` at `path` when they do not, and no approval of it is recorded on the fund.
pub async fn check_programme(
    connection: &impl ConnectionTrait,
    fund: &pooled_fund::Model,
    year: FinancialYear,
    path: &str,
) -> Result<(), Stopped> {
    let budgets = budget_total(connection, fund.id, year).await?;
    let income = income_total(connection, fund.id, year).await?;
    within_income(income, budgets, fund.over_programming_approval.as_deref())
        .map_err(|over: OverProgrammed| Refusal::new(Code::OverProgrammed, over).at(path).into())
}

/// The lowest that the sum of dated changes ever is, in the order of their effect. What takes
/// effect on one day counts together.
#[must_use]
pub fn lowest(changes: impl IntoIterator<Item = (NaiveDate, Pence)>) -> Pence {
    let mut days: BTreeMap<NaiveDate, Pence> = BTreeMap::new();
    for (day, amount) in changes {
        *days.entry(day).or_default() += amount;
    }
    let running = days.into_values().scan(Pence::ZERO, |sum, amount| {
        *sum += amount;
        Some(*sum)
    });
    running.min().unwrap_or_default()
}

/// The dated changes of the budgets of several schemes for a year.
///
/// # Errors
/// A fault of the database.
#[expect(clippy::disallowed_methods, reason = "the caller found the schemes through its view")]
pub async fn changes_of(
    connection: &impl ConnectionTrait,
    schemes: &[Uuid],
    year: FinancialYear,
) -> Result<Vec<budget_change::Model>, DbErr> {
    budget_change::Entity::find()
        .filter(budget_change::Column::SchemeId.is_in(schemes.iter().copied()))
        .filter(budget_change::Column::FinancialYear.eq(year))
        .all(&whole(connection))
        .await
}

/// The years in which schemes of a fund have budgets.
///
/// # Errors
/// A fault of the database.
#[expect(clippy::disallowed_methods, reason = "rule M3 holds over all rows of a fund")]
pub async fn years_with_budgets(
    connection: &impl ConnectionTrait,
    fund: Uuid,
) -> Result<Vec<FinancialYear>, DbErr> {
    budget_change::Entity::find()
        .join(
            JoinType::InnerJoin,
            budget_change::Entity::belongs_to(scheme::Entity)
                .from(budget_change::Column::SchemeId)
                .to(scheme::Column::Id)
                .into(),
        )
        .filter(scheme::Column::FundId.eq(fund))
        .select_only()
        .column(budget_change::Column::FinancialYear)
        .distinct()
        .into_tuple()
        .all(&whole(connection))
        .await
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_lowest_sum_is_looked_for_on_every_day_and_not_at_the_end_alone() {
        let day = |month| NaiveDate::from_ymd_opt(2025, month, 1).expect("a day");
        let planned = (day(4), Pence(1_000));
        assert_eq!(
            lowest([planned, (day(9), Pence(9_000)), (day(6), Pence(-4_000))]),
            Pence(-3_000)
        );
        assert_eq!(lowest([planned, (day(4), Pence(-1_000))]), Pence::ZERO);
        assert_eq!(lowest([]), Pence::ZERO);
    }
}
