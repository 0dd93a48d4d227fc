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

use crate::database::{CHANGES, Writing};

/// What waited, and its act.
type Waited = (change_waiting::Model, Option<audit_act::Model>);

/// Gives what waited its places in this order, and answers the last place that is given now. Other
/// processes hear of it when the transaction is committed.
///
/// # Errors
/// A fault of the database.
#[expect(clippy::disallowed_methods, reason = "the order of changes is the program's own work")]
pub async fn put(tx: &Writing, waited: &[Waited]) -> Result<i64, DbErr> {
    // Read as whoever seals: the jobs' role has no views of facts.
    let mark = change_mark::Entity::find().one(&**tx).await?;
    let last = mark.map_or(0, |mark| mark.head);
    let rows: Vec<change::Model> =
        waited.iter().zip(last + 1..).map(|(waited, place)| row(tx, waited, place)).collect();
    let Some(head) = rows.last().map(|row| row.sequence) else { return Ok(last) };
    tx.insert_all(&rows).await?;
    change_mark::Entity::update_many()
        .set(change_mark::ActiveModel { head: Set(head), ..Default::default() })
        .filter(change_mark::Column::Id.eq(1))
        .exec(&**tx)
        .await?;
    if tx.get_database_backend() == DatabaseBackend::Postgres {
        tx.execute_unprepared(&format!("notify {CHANGES}, '{head}'")).await?;
    }
    Ok(head)
}

fn row(tx: &Writing, (waiting, act): &Waited, sequence: i64) -> change::Model {
    match act {
        Some(act) => change::Model {
            sequence,
            kind: ChangeKind::Changed,
            act_id: Some(act.id),
            holder_id: None,
            object_kind: act.object_kind.clone(),
            object_id: act.object_id,
            root_id: act.root_id,
            field_group: act.field_group.clone(),
            effective_on: act.effective_on,
            recorded_at: act.recorded_at,
        },
        // The database holds that a view has a root, a kind of root and an instant.
        None => change::Model {
            sequence,
            kind: waiting.kind,
            act_id: None,
            holder_id: waiting.holder_id,
            object_kind: waiting.object_kind.clone().unwrap_or_default(),
            object_id: waiting.root_id.unwrap_or_default(),
            root_id: waiting.root_id,
            field_group: None,
            effective_on: None,
            recorded_at: waiting.recorded_at.unwrap_or_else(|| tx.now()),
        },
    }
}
