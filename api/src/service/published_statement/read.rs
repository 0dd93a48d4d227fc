use std::collections::HashMap;

use entities::{
    access,
    published_statement::{self as statement, Column},
    value::FinancialYear,
};
use sea_orm::{ColumnTrait, ConnectionTrait, DbErr, QueryFilter, SelectTwo, Value};
use uuid::Uuid;

use crate::{
    access::{Found, Seen, published_statement::sees_statements},
    auth::Viewer,
    database::{Cut, Keyset, PageRequest, count_by_parent, cut_by_parent, nested},
};

fn order() -> Keyset {
    Keyset::new()
        .descending((statement::Entity, Column::RecordedAt))
        .descending((statement::Entity, Column::Id))
}

/// The values by which a statement has its place in its agreement's list: the last recorded first.
#[must_use]
pub fn place(row: &statement::Model) -> Vec<Value> {
    vec![row.recorded_at.into(), row.id.into()]
}

/// A page of the statements about a year of each of these agreements, the last recorded first, in
/// one statement of the database.
///
/// # Errors
/// A fault of the database.
pub async fn list_by_agreement(
    connection: &impl ConnectionTrait,
    viewer: &Viewer,
    agreements: &[Uuid],
    year: FinancialYear,
    page: &PageRequest,
) -> Result<HashMap<Uuid, Cut<Seen<statement::Model>>>, DbErr> {
    let wanted = of_year(viewer, agreements, year);
    let ids = ((statement::Entity, Column::Id), (statement::Entity, Column::AgreementId));
    let rows = nested(wanted, ids, &order(), page).all(connection).await?;
    Ok(cut_by_parent(page, seen(viewer, rows), |seen| seen.row.agreement_id))
}

/// How many statements about a year of each of these agreements the viewer sees.
///
/// # Errors
/// A fault of the database.
pub async fn count_by_agreement(
    connection: &impl ConnectionTrait,
    viewer: &Viewer,
    agreements: &[Uuid],
    year: FinancialYear,
) -> Result<HashMap<Uuid, u64>, DbErr> {
    let ids = ((statement::Entity, Column::Id), (statement::Entity, Column::AgreementId));
    count_by_parent(connection, of_year(viewer, agreements, year), ids).await
}

fn of_year(
    viewer: &Viewer,
    agreements: &[Uuid],
    year: FinancialYear,
) -> SelectTwo<statement::Entity, access::Entity> {
    sees_statements(viewer)
        .filter(Column::AgreementId.is_in(agreements.iter().copied()))
        .filter(Column::FinancialYear.eq(year))
}

/// The statements with these identities that the viewer sees.
///
/// # Errors
/// A fault of the database.
pub async fn by_ids(
    connection: &impl ConnectionTrait,
    viewer: &Viewer,
    ids: &[Uuid],
) -> Result<Vec<Seen<statement::Model>>, DbErr> {
    let wanted = sees_statements(viewer).filter(Column::Id.is_in(ids.iter().copied()));
    Ok(seen(viewer, wanted.all(connection).await?))
}

/// The statements that supersede these, by which they supersede, as far as the viewer sees them.
///
/// # Errors
/// A fault of the database.
pub async fn successors(
    connection: &impl ConnectionTrait,
    viewer: &Viewer,
    ids: &[Uuid],
) -> Result<HashMap<Uuid, Seen<statement::Model>>, DbErr> {
    let wanted = sees_statements(viewer).filter(Column::SupersedesId.is_in(ids.iter().copied()));
    let rows = seen(viewer, wanted.all(connection).await?).into_iter();
    Ok(rows.filter_map(|it| Some((it.row.supersedes_id?, it))).collect())
}

/// The statements about these years of these agreements that the viewer sees, the first recorded
/// first.
pub(super) async fn of_years(
    connection: &impl ConnectionTrait,
    viewer: &Viewer,
    agreements: &[Uuid],
    years: &[FinancialYear],
) -> Result<Vec<Seen<statement::Model>>, DbErr> {
    let wanted = sees_statements(viewer)
        .filter(Column::AgreementId.is_in(agreements.iter().copied()))
        .filter(Column::FinancialYear.is_in(years.iter().copied()));
    let mut rows = seen(viewer, wanted.all(connection).await?);
    rows.sort_by_key(|it| (it.row.recorded_at, it.row.id));
    Ok(rows)
}

fn seen(viewer: &Viewer, rows: Vec<Found<statement::Model>>) -> Vec<Seen<statement::Model>> {
    rows.into_iter().map(|row| Seen::from_row(viewer, row)).collect()
}
