use std::time::Duration;

use entities::{
    change,
    webhook::{self, Column},
};
use sea_orm::{ColumnTrait, DbErr, EntityTrait, QueryFilter, QueryOrder};

use crate::{database::Database, service::change::order};

/// How old the oldest change is that some webhook has not been told of, or passed over; nothing where all
/// are up to date. Of webhooks that are told nothing none counts.
///
/// # Errors
/// A fault of the database.
#[expect(clippy::disallowed_methods, reason = "how far webhooks are is the program's own work")]
pub async fn oldest_untold(jobs: &Database) -> Result<Duration, DbErr> {
    let connection = jobs.statement();
    let head = order::mark(connection).await?.head;
    let last = webhook::Entity::find()
        .filter(Column::DisabledBecause.is_null())
        .filter(Column::Sequence.lt(head))
        .order_by_asc(Column::Sequence)
        .one(connection)
        .await?;
    let Some(last) = last else { return Ok(Duration::ZERO) };
    let next = change::Entity::find()
        .filter(change::Column::Sequence.gt(last.sequence))
        .order_by_asc(change::Column::Sequence)
        .one(connection)
        .await?;
    let now = jobs.clock().now().to_microseconds();
    let age = next.map_or(0, |next| now.saturating_sub(next.recorded_at.to_microseconds()));
    Ok(Duration::from_micros(u64::try_from(age).unwrap_or(0)))
}
