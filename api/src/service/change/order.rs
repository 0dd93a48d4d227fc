//! Gives changes their places. Called by the sealer, of which there is one at a time.

use entities::{
    audit_act,
    change::{self, ChangeKind},
    change_mark, change_waiting,
};
use sea_orm::{
    ActiveValue::Set, ColumnTrait, ConnectionTrait, DatabaseBackend, DbErr, EntityTrait,
    QueryFilter,
};

use super::view;
use crate::database::{CHANGES, Writing};

/// Held by whoever seals in a PostgreSQL database; an arbitrary number.
const SEALING_LOCK: &str = "select pg_advisory_xact_lock(7482190367)";

/// What waited, and its act.
pub type Waited = (change_waiting::Model, Option<audit_act::Model>);

/// A preview is an act that changes nothing.
const PREVIEW: &str = "beginPreview";

/// How far the order is, read as whoever seals: the jobs' role has no views of facts.
///
/// # Errors
/// A fault of the database.
#[expect(clippy::disallowed_methods, reason = "the order of changes is the program's own work")]
pub async fn mark(connection: &impl ConnectionTrait) -> Result<change_mark::Model, DbErr> {
    let mark = change_mark::Entity::find().one(connection).await?;
    mark.ok_or_else(|| DbErr::RecordNotFound("the mark of changes is missing".to_owned()))
}

/// Changes how far the order is.
///
/// # Errors
/// A fault of the database.
pub async fn set_mark(tx: &Writing, to: change_mark::ActiveModel) -> Result<(), DbErr> {
    let only = change_mark::Column::Id.eq(1);
    change_mark::Entity::update_many().set(to).filter(only).exec(&**tx).await.map(drop)
}

/// Of two that seal, or put changes into their order, the second waits for the first. SQLite writes in
/// one transaction at a time anyway.
///
/// # Errors
/// A fault of the database.
pub async fn take_turns(tx: &Writing) -> Result<(), DbErr> {
    if tx.get_database_backend() == DatabaseBackend::Postgres {
        tx.execute_unprepared(SEALING_LOCK).await?;
    }
    Ok(())
}

/// Gives what waited its places in this order, and answers the last place that is given now. Other
/// processes hear of it when the transaction is committed.
///
/// # Errors
/// A fault of the database.
pub async fn put(tx: &Writing, waited: &[Waited]) -> Result<i64, DbErr> {
    let last = mark(&**tx).await?.head;
    // First what begins and ends, and in an order of its own: between changes its place would tell
    // when something was done that the holder does not see.
    let mut rows = view::told(tx, waited).await?;
    let acts = waited.iter().filter_map(|(_, act)| act.as_ref());
    rows.extend(acts.filter(|act| act.action != PREVIEW).map(of_act));
    for (row, place) in rows.iter_mut().zip(last + 1..) {
        row.sequence = place;
    }
    let Some(head) = rows.last().map(|row| row.sequence) else { return Ok(last) };
    tx.insert_all(&rows).await?;
    set_mark(tx, change_mark::ActiveModel { head: Set(head), ..Default::default() }).await?;
    if tx.get_database_backend() == DatabaseBackend::Postgres {
        tx.execute_unprepared(&format!("notify {CHANGES}, '{head}'")).await?;
    }
    Ok(head)
}

fn of_act(act: &audit_act::Model) -> change::Model {
    change::Model {
        sequence: 0,
        id: act.id,
        kind: ChangeKind::Changed,
        act_id: Some(act.id),
        holder_id: None,
        object_kind: act.object_kind.clone(),
        object_id: act.object_id,
        root_id: act.root_id,
        field_group: act.field_group.clone(),
        effective_on: act.effective_on,
        recorded_at: act.recorded_at,
    }
}
