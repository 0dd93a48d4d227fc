//! The one order of all changes.
//!
//! Every transaction that is committed leaves acts of audit, and perhaps views that begin or end. They
//! wait ([`entities::change_waiting`]) until the sealer ([`super::audit::seal`]) finds them committed and
//! gives each its place: 1, 2, 3 and so on, by one process at a time, so that whoever has read up to a
//! place never finds one before it later. Whoever waits for changes waits for the [`Hub`] to pass the
//! place that it has read, and then reads what comes [`after`] it. Rows are read here unscoped, for the
//! program's own work: what a viewer is told goes through `access`.

mod hub;
mod list;
pub(super) mod order;
pub(super) mod retain;
mod tail;
pub(super) mod view;

use entities::{change, change_mark};
use sea_orm::{
    ColumnTrait, ConnectionTrait, DbErr, EntityTrait, QueryFilter, QueryOrder, QuerySelect,
};

use crate::access::facts::whole;
pub use hub::Hub;
pub use list::{
    Lost, Place, cursor, cursor_at, cursor_now, kept, list, of_kept, place, place_before,
    root_kinds,
};
pub use retain::{keep_retaining, retain};
pub use tail::{Missed, Tail};
pub use view::type_name;

/// The place of the last change; 0 before the first.
///
/// # Errors
/// A fault of the database.
pub async fn head(connection: &impl ConnectionTrait) -> Result<i64, DbErr> {
    Ok(mark(connection).await?.head)
}

/// How far the order is.
///
/// # Errors
/// A fault of the database.
pub async fn mark(connection: &impl ConnectionTrait) -> Result<change_mark::Model, DbErr> {
    order::mark(&whole(connection)).await
}

/// At most `limit` changes after the place `position`, in their order, whoever may be told of them.
///
/// # Errors
/// A fault of the database.
#[expect(clippy::disallowed_methods, reason = "the order of changes is the program's own work")]
pub async fn after(
    connection: &impl ConnectionTrait,
    position: i64,
    limit: u64,
) -> Result<Vec<change::Model>, DbErr> {
    change::Entity::find()
        .filter(change::Column::Sequence.gt(position))
        .order_by_asc(change::Column::Sequence)
        .limit(limit)
        .all(&whole(connection))
        .await
}
