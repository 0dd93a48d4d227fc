//! What partners withhold of their contributions.

use std::collections::HashMap;

use chrono::NaiveDate;
use entities::contribution_withholding::{self as withholding, Column};
use sea_orm::{ColumnTrait, ConnectionTrait, DbErr, EntityTrait, QueryFilter, QueryOrder};
use uuid::Uuid;

use super::whole;

/// What is withheld of contributions that the caller has found through its view, each on its own day:
/// the last statement that had taken effect by then.
///
/// # Errors
/// A fault of the database.
#[expect(clippy::disallowed_methods, reason = "a reviewed reader of contributions found in scope")]
pub async fn on(
    connection: &impl ConnectionTrait,
    contributions: &[(Uuid, NaiveDate)],
) -> Result<HashMap<Uuid, withholding::Model>, DbErr> {
    let rows = withholding::Entity::find()
        .filter(Column::ContributionId.is_in(contributions.iter().map(|(id, _)| *id)))
        .order_by_asc(Column::EffectiveOn)
        .order_by_asc(Column::KnownAt)
        .all(&whole(connection))
        .await?;
    let day = |id: Uuid| contributions.iter().find(|(of, _)| *of == id).map(|(_, day)| *day);
    let in_effect = |row: &withholding::Model| {
        day(row.contribution_id).is_some_and(|day| row.effective_on <= day)
    };
    let last = rows.into_iter().filter(in_effect).map(|row| (row.contribution_id, row)).collect();
    Ok(last)
}
