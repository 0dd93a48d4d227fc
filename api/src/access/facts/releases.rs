//! Which periods the host has released to those who wait for it (rule V11).

use entities::{
    period_release as release,
    value::{FinancialYear, Instant, Period},
};
use sea_orm::{
    ColumnTrait, ConnectionTrait, DbErr, EntityTrait, QueryFilter, QuerySelect,
    sea_query::{Expr, ExprTrait, IntoColumnRef, Query, SimpleExpr},
};
use uuid::Uuid;

use super::whole;

/// The periods of `year` that were released of each of `funds`, as recorded by `known_at`.
///
/// # Errors
/// A fault of the database.
#[expect(clippy::disallowed_methods, reason = "a reviewed reader: rules hold over all rows")]
pub async fn of_year(
    connection: &impl ConnectionTrait,
    funds: &[Uuid],
    year: FinancialYear,
    known_at: Option<Instant>,
) -> Result<Vec<(Uuid, Period)>, DbErr> {
    let mut query = release::Entity::find()
        .filter(release::Column::FundId.is_in(funds.iter().copied()))
        .filter(release::Column::FinancialYear.eq(year));
    if let Some(known_at) = known_at {
        query = query.filter(release::Column::KnownAt.lte(known_at));
    }
    query
        .select_only()
        .column(release::Column::FundId)
        .column(release::Column::Period)
        .into_tuple()
        .all(&whole(connection))
        .await
}

/// That the period named by these columns of a fund was released, as recorded by `known_at`.
pub(super) fn is_released(
    (fund, year, period): (impl IntoColumnRef, impl IntoColumnRef, impl IntoColumnRef),
    known_at: Option<Instant>,
) -> SimpleExpr {
    let column = |column| Expr::col((release::Entity, column));
    let mut query = Query::select();
    query
        .expr(Expr::val(1))
        .from(release::Entity)
        .and_where(column(release::Column::FundId).eq(Expr::col(fund)))
        .and_where(column(release::Column::FinancialYear).eq(Expr::col(year)))
        .and_where(column(release::Column::Period).eq(Expr::col(period)));
    if let Some(known_at) = known_at {
        query.and_where(column(release::Column::KnownAt).lte(known_at));
    }
    Expr::exists(query)
}
