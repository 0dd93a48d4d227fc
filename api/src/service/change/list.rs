use std::collections::HashMap;

use chrono::NaiveDate;
use entities::{
    access::{self, RootKind},
    change,
};
use sea_orm::{
    ColumnTrait, ConnectionTrait, DbErr, EntityTrait, QueryFilter, QueryOrder, QuerySelect, Value,
};
use uuid::Uuid;

use super::mark;
use crate::{
    access::{change::sees_changes, facts::whole},
    auth::Viewer,
};

/// Where in the order somebody is who has read the feed so far.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Place(i64);

/// Some of what comes after the place is not kept any more.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Lost;

/// The values of a change's cursor: what its holder knows it by, and nothing of how many there are.
#[must_use]
pub fn cursor(id: Uuid) -> Vec<Value> {
    vec![id.into()]
}

/// The place that a cursor's values name; the oldest that is kept when there are none.
///
/// # Errors
/// A fault of the database; inside, that the cursor is older than what is kept.
#[expect(clippy::disallowed_methods, reason = "the order of changes is the program's own work")]
pub async fn place(
    connection: &impl ConnectionTrait,
    after: Option<&[Value]>,
) -> Result<Result<Place, Lost>, DbErr> {
    match after {
        None => Ok(Ok(Place(0))),
        Some([Value::Uuid(Some(id))]) => {
            let known: Option<i64> = change::Entity::find()
                .filter(change::Column::Id.eq(*id))
                .select_only()
                .column(change::Column::Sequence)
                .into_tuple()
                .one(&whole(connection))
                .await?;
            Ok(known.map(Place).ok_or(Lost))
        }
        Some([Value::ChronoDate(Some(day))]) => {
            let kept_from = mark(connection).await?.kept_from;
            Ok(if kept_from.is_some_and(|from| *day < from) { Err(Lost) } else { Ok(Place(0)) })
        }
        Some(_) => Ok(Err(Lost)),
    }
}

/// At most `limit` changes after a place that the viewer may be told of, in their order.
///
/// # Errors
/// A fault of the database.
pub async fn list(
    connection: &impl ConnectionTrait,
    viewer: &Viewer,
    Place(place): Place,
    limit: u64,
) -> Result<Vec<change::Model>, DbErr> {
    sees_changes(viewer)
        .filter(change::Column::Sequence.gt(place))
        .order_by_asc(change::Column::Sequence)
        .limit(limit)
        .all(connection)
        .await
}

/// The kinds of the roots of these changes, of those to which the viewer stands itself.
///
/// # Errors
/// A fault of the database.
#[expect(clippy::disallowed_methods, reason = "access rows are found by their holder")]
pub async fn root_kinds(
    connection: &impl ConnectionTrait,
    viewer: &Viewer,
    rows: &[change::Model],
) -> Result<HashMap<Uuid, RootKind>, DbErr> {
    let kinds: Vec<(Uuid, RootKind)> = access::Entity::find()
        .filter(access::Column::HolderId.eq(viewer.holder()))
        .filter(access::Column::RootId.is_in(rows.iter().filter_map(|row| row.root_id)))
        .select_only()
        .column(access::Column::RootId)
        .column(access::Column::RootKind)
        .into_tuple()
        .all(connection)
        .await?;
    Ok(kinds.into_iter().collect())
}

/// The values of the cursor after everything that the viewer may be told of now. Of a snapshot whose
/// rows are told elsewhere, so that nothing is missed after them. Where there is nothing yet, the day
/// stands for it.
///
/// # Errors
/// A fault of the database.
pub async fn cursor_now(
    connection: &impl ConnectionTrait,
    viewer: &Viewer,
) -> Result<Vec<Value>, DbErr> {
    let last = sees_changes(viewer)
        .order_by_desc(change::Column::Sequence)
        .limit(1)
        .one(connection)
        .await?;
    Ok(last.map_or_else(|| vec![Value::from(viewer.today)], |row| cursor(row.id)))
}

/// A cursor's values as text, for whoever keeps them.
#[must_use]
pub fn kept(values: &[Value]) -> Option<String> {
    match values {
        [Value::Uuid(Some(id))] => Some(id.to_string()),
        [Value::ChronoDate(Some(day))] => Some(day.to_string()),
        _ => None,
    }
}

/// The values of a cursor that was [`kept`].
#[must_use]
pub fn of_kept(text: &str) -> Option<Vec<Value>> {
    let day = || text.parse::<NaiveDate>().ok().map(|day| vec![day.into()]);
    text.parse().ok().map(cursor).or_else(day)
}

impl Place {
    /// The place of a change.
    #[must_use]
    pub fn of(row: &change::Model) -> Self {
        Self(row.sequence)
    }
}
