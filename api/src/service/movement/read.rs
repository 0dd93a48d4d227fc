use std::collections::HashMap;

use entities::{
    budget_change,
    budget_movement::{self as movement, Column},
    contribution, contribution_change, scheme,
    value::{FinancialYear, Pence},
};
use sea_orm::{
    ColumnTrait, ConnectionTrait, DbErr, EntityTrait, FromQueryResult, JoinType, QueryFilter,
    QueryOrder, QuerySelect, SelectTwo, Value,
};
use uuid::Uuid;

use crate::access::facts::whole;
use crate::{
    access::{
        Seen,
        movement::{seen, sees_movements},
    },
    auth::Viewer,
    database::{Cut, Keyset, PageRequest, count_by_parent, cut_by_parent, nested},
};

/// What a movement added to one scheme's budget.
#[derive(Clone, Debug, FromQueryResult)]
pub struct MovedScheme {
    /// The movement.
    pub movement_id: Uuid,
    /// The scheme.
    pub scheme_id: Uuid,
    /// What the partners call it.
    pub reference: String,
    /// Its name.
    pub name: String,
    /// The amount; negative when the budget was lowered.
    pub amount_pence: Pence,
}

/// What a movement added to one contribution.
#[derive(Clone, Debug, FromQueryResult)]
pub struct MovedContribution {
    /// The movement.
    pub movement_id: Uuid,
    /// The contribution.
    pub contribution_id: Uuid,
    /// The amount; negative when the contribution was lowered.
    pub amount_pence: Pence,
}

fn order() -> Keyset {
    Keyset::new()
        .descending((movement::Entity, Column::KnownAt))
        .descending((movement::Entity, Column::Id))
}

/// The values by which a movement has its place in its fund's list: the last recorded first.
#[must_use]
pub fn place(row: &movement::Model) -> Vec<Value> {
    vec![row.known_at.into(), row.id.into()]
}

/// A page of the movements of each of these funds, the last recorded first, in one statement.
///
/// # Errors
/// A fault of the database.
pub async fn list_by_fund(
    connection: &impl ConnectionTrait,
    viewer: &Viewer,
    funds: &[Uuid],
    year: Option<FinancialYear>,
    page: &PageRequest,
) -> Result<HashMap<Uuid, Cut<Seen<movement::Model>>>, DbErr> {
    let wanted = of_funds(viewer, funds, year);
    let ids = ((movement::Entity, Column::Id), (movement::Entity, Column::FundId));
    let rows = nested(wanted, ids, &order(), page).all(connection).await?;
    let rows = rows.into_iter().map(|row| seen(viewer, row)).collect();
    Ok(cut_by_parent(page, rows, |seen| seen.row.fund_id))
}

/// How many movements of each of these funds the viewer sees.
///
/// # Errors
/// A fault of the database.
pub async fn count_by_fund(
    connection: &impl ConnectionTrait,
    viewer: &Viewer,
    funds: &[Uuid],
    year: Option<FinancialYear>,
) -> Result<HashMap<Uuid, u64>, DbErr> {
    let wanted = of_funds(viewer, funds, year);
    let ids = ((movement::Entity, Column::Id), (movement::Entity, Column::FundId));
    count_by_parent(connection, wanted, ids).await
}

/// The movements of these funds that the viewer sees, of one year where it is said.
fn of_funds(
    viewer: &Viewer,
    funds: &[Uuid],
    year: Option<FinancialYear>,
) -> SelectTwo<movement::Entity, entities::access::Entity> {
    let wanted = sees_movements(viewer).filter(Column::FundId.is_in(funds.iter().copied()));
    match year {
        Some(year) => wanted.filter(Column::FinancialYear.eq(year)),
        None => wanted,
    }
}

/// The movements with these identities that the viewer sees.
///
/// # Errors
/// A fault of the database.
pub async fn by_ids(
    connection: &impl ConnectionTrait,
    viewer: &Viewer,
    ids: &[Uuid],
) -> Result<Vec<Seen<movement::Model>>, DbErr> {
    let rows = sees_movements(viewer)
        .filter(Column::Id.is_in(ids.iter().copied()))
        .all(connection)
        .await?;
    Ok(rows.into_iter().map(|row| seen(viewer, row)).collect())
}

/// What movements that the caller has found through its view added to the budgets of schemes.
///
/// # Errors
/// A fault of the database.
#[expect(clippy::disallowed_methods, reason = "the caller found the movements through its view")]
pub async fn schemes_of(
    connection: &impl ConnectionTrait,
    movements: &[Uuid],
) -> Result<Vec<MovedScheme>, DbErr> {
    budget_change::Entity::find()
        .join(
            JoinType::InnerJoin,
            budget_change::Entity::belongs_to(scheme::Entity)
                .from(budget_change::Column::SchemeId)
                .to(scheme::Column::Id)
                .into(),
        )
        .filter(budget_change::Column::MovementId.is_in(movements.iter().copied()))
        .order_by_asc(scheme::Column::Reference)
        .select_only()
        .column(budget_change::Column::MovementId)
        .column(budget_change::Column::SchemeId)
        .column(scheme::Column::Reference)
        .column(scheme::Column::Name)
        .column(budget_change::Column::AmountPence)
        .into_model()
        .all(&whole(connection))
        .await
}

/// What movements that the caller has found through its view added to contributions.
///
/// # Errors
/// A fault of the database.
#[expect(clippy::disallowed_methods, reason = "the caller found the movements through its view")]
pub async fn contributions_of(
    connection: &impl ConnectionTrait,
    movements: &[Uuid],
) -> Result<Vec<MovedContribution>, DbErr> {
    contribution_change::Entity::find()
        .join(
            JoinType::InnerJoin,
            contribution_change::Entity::belongs_to(contribution::Entity)
                .from(contribution_change::Column::ContributionId)
                .to(contribution::Column::Id)
                .into(),
        )
        .filter(contribution_change::Column::MovementId.is_in(movements.iter().copied()))
        .order_by_asc(contribution::Column::SourceCode)
        .order_by_asc(contribution::Column::Id)
        .select_only()
        .column(contribution_change::Column::MovementId)
        .column(contribution_change::Column::ContributionId)
        .column(contribution_change::Column::AmountPence)
        .into_model()
        .all(&whole(connection))
        .await
}
