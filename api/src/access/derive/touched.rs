//! The roots of which somebody's view may be another, for whoever tells of it in the feed of changes.

use std::collections::{BTreeMap, BTreeSet};

use entities::{access::RootKind, change_waiting as waiting};
use sea_orm::{
    ActiveValue::{NotSet, Set},
    ConnectionTrait, DbErr, EntityTrait,
};
use uuid::Uuid;

use super::{BATCH, Derived};
use crate::access::facts::whole;

/// That a contract is open to everybody who stands to it from now on.
///
/// # Errors
/// A fault of the database.
pub async fn opened(connection: &impl ConnectionTrait, contract: Uuid) -> Result<(), DbErr> {
    put(connection, [(contract, Some(RootKind::Contract), true)]).await
}

/// Puts roots into the queue of what waits for its place in the order of changes, in the transaction
/// that changes their views. Whose view is another is found out when its turn comes.
pub(super) async fn touched(
    connection: &impl ConnectionTrait,
    roots: &[Uuid],
    derived: &Derived,
    drafts: &BTreeSet<Uuid>,
) -> Result<(), DbErr> {
    let kinds: BTreeMap<Uuid, RootKind> =
        derived.access.iter().map(|row| (row.root_id, row.root_kind)).collect();
    for some in roots.chunks(BATCH) {
        let kind = |root: &Uuid| (*root, kinds.get(root).copied(), !drafts.contains(root));
        put(connection, some.iter().map(kind)).await?;
    }
    Ok(())
}

async fn put(
    connection: &impl ConnectionTrait,
    roots: impl IntoIterator<Item = (Uuid, Option<RootKind>, bool)>,
) -> Result<(), DbErr> {
    let rows = roots.into_iter().map(|(root, kind, is_open)| waiting::ActiveModel {
        place: NotSet,
        act_id: Set(None),
        root_id: Set(Some(root)),
        root_kind: Set(kind),
        is_open: Set(Some(is_open)),
    });
    let rows: Vec<_> = rows.collect();
    waiting::Entity::insert_many(rows).exec_without_returning(&whole(connection)).await.map(drop)
}
