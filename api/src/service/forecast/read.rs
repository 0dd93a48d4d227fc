use std::collections::HashMap;

use entities::{
    forecast::{self, Column},
    forecast_line as line, forecast_submission as submission, scheme,
    value::{FinancialYear, Instant},
};
use sea_orm::{
    ColumnTrait, ConnectionTrait, DbErr, EntityTrait, JoinType, QueryFilter, QueryOrder,
    QuerySelect, Value,
};
use uuid::Uuid;

use crate::access::facts::whole;
use crate::{
    access::{
        self, Seen,
        forecast::{seen, sees_forecasts},
    },
    auth::Viewer,
    database::{Cut, Keyset, PageRequest, Writing, count_by_parent, cut_by_parent, nested},
    service::Stopped,
};

/// The values by which a forecast has its place in its fund's list.
#[must_use]
pub fn place(row: &forecast::Model) -> Vec<Value> {
    vec![row.financial_year.into(), row.version.into(), row.id.into()]
}

/// The page of each fund's forecasts that the viewer sees, the latest year and version first, in
/// one statement; of one year where one is named.
///
/// # Errors
/// A fault of the database.
pub async fn pages(
    connection: &impl ConnectionTrait,
    viewer: &Viewer,
    funds: &[Uuid],
    year: Option<FinancialYear>,
    page: &PageRequest,
) -> Result<HashMap<Uuid, Cut<Seen<forecast::Model>>>, DbErr> {
    let order = Keyset::new()
        .descending((forecast::Entity, Column::FinancialYear))
        .descending((forecast::Entity, Column::Version))
        .ascending((forecast::Entity, Column::Id));
    let columns = ((forecast::Entity, Column::Id), (forecast::Entity, Column::FundId));
    let rows = nested(listed(viewer, year, funds), columns, &order, page).all(connection).await?;
    let rows = rows.into_iter().map(|row| seen(viewer, row)).collect();
    Ok(cut_by_parent(page, rows, |seen: &Seen<forecast::Model>| seen.row.fund_id))
}

/// How many forecasts of each fund the viewer sees; a fund without any is left out.
///
/// # Errors
/// A fault of the database.
pub async fn counts(
    connection: &impl ConnectionTrait,
    viewer: &Viewer,
    funds: &[Uuid],
    year: Option<FinancialYear>,
) -> Result<HashMap<Uuid, u64>, DbErr> {
    let wanted = listed(viewer, year, funds);
    let columns = ((forecast::Entity, Column::Id), (forecast::Entity, Column::FundId));
    count_by_parent(connection, wanted, columns).await
}

fn listed(
    viewer: &Viewer,
    year: Option<FinancialYear>,
    funds: &[Uuid],
) -> sea_orm::SelectTwo<forecast::Entity, entities::access::Entity> {
    let listed = sees_forecasts(viewer).filter(Column::FundId.is_in(funds.iter().copied()));
    match year {
        Some(year) => listed.filter(Column::FinancialYear.eq(year)),
        None => listed,
    }
}

/// The forecasts with these identities that the viewer sees.
///
/// # Errors
/// A fault of the database.
pub async fn by_ids(
    connection: &impl ConnectionTrait,
    viewer: &Viewer,
    ids: &[Uuid],
) -> Result<Vec<Seen<forecast::Model>>, DbErr> {
    let wanted = sees_forecasts(viewer).filter(Column::Id.is_in(ids.iter().copied()));
    Ok(wanted.all(connection).await?.into_iter().map(|row| seen(viewer, row)).collect())
}

/// When these forecasts, which the caller has found through its view, were submitted; drafts are
/// left out.
///
/// # Errors
/// A fault of the database.
pub async fn submissions(
    connection: &impl ConnectionTrait,
    forecasts: &[Uuid],
) -> Result<HashMap<Uuid, Instant>, DbErr> {
    let rows = access::forecast::submissions(connection, forecasts).await?;
    Ok(rows.into_iter().map(|row| (row.forecast_id, row.known_at)).collect())
}

/// The lines of these forecasts, which the caller has found through its view, with the references
/// of their schemes; by reference and month.
///
/// # Errors
/// A fault of the database.
#[expect(clippy::disallowed_methods, reason = "the caller found the forecasts through its view")]
pub async fn lines(
    connection: &impl ConnectionTrait,
    forecasts: &[Uuid],
) -> Result<HashMap<Uuid, Vec<(String, line::Model)>>, DbErr> {
    let rows: Vec<(line::Model, Option<scheme::Model>)> = line::Entity::find()
        .join(
            JoinType::InnerJoin,
            line::Entity::belongs_to(scheme::Entity)
                .from(line::Column::SchemeId)
                .to(scheme::Column::Id)
                .into(),
        )
        .filter(line::Column::ForecastId.is_in(forecasts.iter().copied()))
        .order_by_asc(scheme::Column::Reference)
        .order_by_asc(line::Column::Period)
        .select_also(scheme::Entity)
        .all(&whole(connection))
        .await?;
    let mut of: HashMap<Uuid, Vec<(String, line::Model)>> = HashMap::new();
    for (line, scheme) in rows {
        let reference = scheme.map(|scheme| scheme.reference).unwrap_or_default();
        of.entry(line.forecast_id).or_default().push((reference, line));
    }
    Ok(of)
}

/// The latest version of a fund's forecast for a year, draft or not.
#[expect(clippy::disallowed_methods, reason = "the caller decided that the viewer is the host")]
pub(in crate::service) async fn latest(
    tx: &Writing,
    fund: Uuid,
    year: FinancialYear,
) -> Result<Option<forecast::Model>, Stopped> {
    let latest = forecast::Entity::find()
        .filter(Column::FundId.eq(fund))
        .filter(Column::FinancialYear.eq(year))
        .order_by_desc(Column::Version)
        .one(&whole(&**tx))
        .await?;
    Ok(latest)
}

/// The latest version that was submitted.
#[expect(clippy::disallowed_methods, reason = "the caller decided that the viewer is the host")]
pub(super) async fn last_submitted(
    tx: &Writing,
    fund: Uuid,
    year: FinancialYear,
) -> Result<Option<i32>, Stopped> {
    let latest = forecast::Entity::find()
        .join(
            JoinType::InnerJoin,
            forecast::Entity::belongs_to(submission::Entity)
                .from(Column::Id)
                .to(submission::Column::ForecastId)
                .into(),
        )
        .filter(Column::FundId.eq(fund))
        .filter(Column::FinancialYear.eq(year))
        .order_by_desc(Column::Version)
        .one(&whole(&**tx))
        .await?;
    Ok(latest.map(|row| row.version))
}
