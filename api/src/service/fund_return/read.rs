use std::collections::HashMap;

use entities::{
    access, fund_return, fund_return::Column, fund_return_narrative as narrative,
    value::FinancialYear,
};
use sea_orm::{ColumnTrait, ConnectionTrait, DbErr, QueryFilter, SelectTwo, Value};
use uuid::Uuid;

use crate::{
    access::{
        Seen,
        fund_return::{seen, sees_returns},
    },
    auth::Viewer,
    database::{Cut, Keyset, PageRequest, count_by_parent, cut_by_parent, nested},
};

/// The values by which a return has its place in its fund's list.
#[must_use]
pub fn place(row: &fund_return::Model) -> Vec<Value> {
    vec![row.as_of.into(), row.version.into(), row.id.into()]
}

/// The page of each fund's returns that the viewer sees, the latest day and version first, in one
/// statement; of one year where one is named.
///
/// # Errors
/// A fault of the database.
pub async fn pages(
    connection: &impl ConnectionTrait,
    viewer: &Viewer,
    funds: &[Uuid],
    year: Option<FinancialYear>,
    page: &PageRequest,
) -> Result<HashMap<Uuid, Cut<Seen<fund_return::Model>>>, DbErr> {
    let order = Keyset::new()
        .descending((fund_return::Entity, Column::AsOf))
        .descending((fund_return::Entity, Column::Version))
        .ascending((fund_return::Entity, Column::Id));
    let columns = ((fund_return::Entity, Column::Id), (fund_return::Entity, Column::FundId));
    let rows = nested(listed(viewer, year, funds), columns, &order, page).all(connection).await?;
    let rows = rows.into_iter().map(|row| seen(viewer, row)).collect();
    Ok(cut_by_parent(page, rows, |seen: &Seen<fund_return::Model>| seen.row.fund_id))
}

/// How many returns of each fund the viewer sees; a fund without any is left out.
///
/// # Errors
/// A fault of the database.
pub async fn counts(
    connection: &impl ConnectionTrait,
    viewer: &Viewer,
    funds: &[Uuid],
    year: Option<FinancialYear>,
) -> Result<HashMap<Uuid, u64>, DbErr> {
    let columns = ((fund_return::Entity, Column::Id), (fund_return::Entity, Column::FundId));
    count_by_parent(connection, listed(viewer, year, funds), columns).await
}

fn listed(
    viewer: &Viewer,
    year: Option<FinancialYear>,
    funds: &[Uuid],
) -> SelectTwo<fund_return::Entity, access::Entity> {
    let listed = sees_returns(viewer).filter(Column::FundId.is_in(funds.iter().copied()));
    match year {
        Some(year) => listed.filter(Column::FinancialYear.eq(year)),
        None => listed,
    }
}

/// The returns with these identities that the viewer sees.
///
/// # Errors
/// A fault of the database.
pub async fn by_ids(
    connection: &impl ConnectionTrait,
    viewer: &Viewer,
    ids: &[Uuid],
) -> Result<Vec<Seen<fund_return::Model>>, DbErr> {
    let wanted = sees_returns(viewer).filter(Column::Id.is_in(ids.iter().copied()));
    Ok(wanted.all(connection).await?.into_iter().map(|row| seen(viewer, row)).collect())
}

/// What the host says about schemes in each of these returns, which the caller has found through
/// its view.
///
/// # Errors
/// A fault of the database.
pub async fn narratives(
    connection: &impl ConnectionTrait,
    returns: &[Uuid],
) -> Result<HashMap<Uuid, Vec<narrative::Model>>, DbErr> {
    let mut of: HashMap<Uuid, Vec<narrative::Model>> = HashMap::new();
    for row in crate::access::fund_return::narratives(connection, returns).await? {
        of.entry(row.return_id).or_default().push(row);
    }
    Ok(of)
}
