//! Puts acts into their organisation's chain of hashes, in the order in which they are found
//! committed: no write waits for a chain that a whole organisation shares. In the same transaction
//! each gets its place in the one order of changes ([`crate::service::change`]).

use std::{collections::BTreeMap, time::Duration};

use aws_lc_rs::digest::{SHA256, digest};
use entities::{audit_act, audit_seal, change_waiting};
use sea_orm::{
    ColumnTrait, DbErr, EntityTrait, JoinType, PaginatorTrait, QueryFilter, QueryOrder,
    QuerySelect, RelationDef, SelectTwo,
};
use tokio::time::{self, MissedTickBehavior};
use uuid::Uuid;

use crate::{
    database::{Database, Writing},
    service::{
        Stopped,
        change::{order, view},
    },
};

/// How long an act waits for its seal at most, where the sealer keeps up.
pub const EVERY: Duration = Duration::from_millis(200);
/// How many acts are sealed by one transaction: on SQLite, writers wait for it.
const AT_ONCE: u64 = 500;

/// Seals what is committed, again and again.
pub async fn keep_sealing(database: Database) {
    let mut ticks = time::interval(EVERY);
    ticks.set_missed_tick_behavior(MissedTickBehavior::Delay);
    loop {
        ticks.tick().await;
        if let Err(stopped) = seal_now(&database).await {
            tracing::error!(%stopped, "acts of audit could not be sealed; it is tried again");
        }
    }
}

/// Acts that wait for their seal.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Waiting {
    /// How many.
    pub acts: u64,
    /// How long the oldest of them waits; nothing where none does.
    pub oldest: Duration,
}

/// What waits for its seal now.
///
/// # Errors
/// A fault of the database.
#[expect(clippy::disallowed_methods, reason = "the chains are the program's own work")]
pub async fn waiting_for_seals(database: &Database) -> Result<Waiting, DbErr> {
    let connection = database.statement();
    let acts = change_waiting::Entity::find()
        .filter(change_waiting::Column::ActId.is_not_null())
        .count(connection)
        .await?;
    let oldest = waiting().filter(change_waiting::Column::ActId.is_not_null());
    let oldest = oldest.limit(1).one(connection).await?.and_then(|(_, act)| act);
    let now = database.clock().now().to_microseconds();
    let waited = |act: audit_act::Model| now.saturating_sub(act.recorded_at.to_microseconds());
    let oldest = u64::try_from(oldest.map_or(0, waited)).unwrap_or(0);
    Ok(Waiting { acts, oldest: Duration::from_micros(oldest) })
}

/// Seals every act that is committed, gives each change its place, and answers how many acts there
/// were.
///
/// # Errors
/// A fault of the database.
pub async fn seal_now(database: &Database) -> Result<u64, Stopped> {
    let mut sealed = 0;
    while is_any_waiting(database).await? {
        let (acts, head) = database.write(false, |tx| async move { seal_some(&tx).await }).await?;
        sealed += acts;
        database.tell_head(head);
    }
    Ok(sealed)
}

#[expect(clippy::disallowed_methods, reason = "the chains are the program's own work")]
async fn is_any_waiting(database: &Database) -> Result<bool, DbErr> {
    let connection = database.statement();
    if change_waiting::Entity::find().one(connection).await?.is_some() {
        return Ok(true);
    }
    let told = order::mark(connection).await?.told_day;
    Ok(told.is_some_and(|day| day < database.clock().today()))
}

/// How many acts were sealed, and the last place that is given now.
async fn seal_some(tx: &Writing) -> Result<(u64, i64), Stopped> {
    tx.goes_unaudited("a seal is put on acts, and is none");
    order::take_turns(tx).await?;
    view::turn_of_day(tx).await?;
    let waiting = waiting().limit(AT_ONCE).all(&**tx).await?;
    let mut heads: BTreeMap<Uuid, (i64, Vec<u8>)> = BTreeMap::new();
    let mut seals = Vec::with_capacity(waiting.len());
    for act in waiting.iter().filter_map(|(_, act)| act.as_ref()) {
        let chain = chain_of(act);
        let (last, previous_hash) = match heads.remove(&chain) {
            Some(head) => head,
            None => head(tx, chain).await?,
        };
        let sequence = last + 1;
        let hash = hash_of(&previous_hash, sequence, act);
        heads.insert(chain, (sequence, hash.clone()));
        seals.push(audit_seal::Model {
            act_id: act.id,
            chain_id: chain,
            sequence,
            previous_hash,
            hash,
        });
    }
    tx.insert_all(&seals).await?;
    let head = order::put(tx, &waiting).await?;
    let places = waiting.iter().map(|(waited, _)| waited.place);
    change_waiting::Entity::delete_many()
        .filter(change_waiting::Column::Place.is_in(places))
        .exec(&**tx)
        .await?;
    Ok((seals.len() as u64, head))
}

/// What waits, in the order in which it was written, and the acts.
#[expect(clippy::disallowed_methods, reason = "the chains are the program's own work")]
fn waiting() -> SelectTwo<change_waiting::Entity, audit_act::Entity> {
    let of: RelationDef = change_waiting::Entity::belongs_to(audit_act::Entity)
        .from(change_waiting::Column::ActId)
        .to(audit_act::Column::Id)
        .into();
    change_waiting::Entity::find()
        .join(JoinType::LeftJoin, of)
        .select_also(audit_act::Entity)
        .order_by_asc(change_waiting::Column::Place)
}

/// The end of a chain; before its first act, nothing.
#[expect(clippy::disallowed_methods, reason = "the chains are the program's own work")]
async fn head(tx: &Writing, chain: Uuid) -> Result<(i64, Vec<u8>), DbErr> {
    let last = audit_seal::Entity::find()
        .filter(audit_seal::Column::ChainId.eq(chain))
        .order_by_desc(audit_seal::Column::Sequence)
        .one(&**tx)
        .await?;
    Ok(last.map_or((0, Vec::new()), |seal| (seal.sequence, seal.hash)))
}

/// The chain that an act belongs to: the team's, of what was done as one.
pub(super) fn chain_of(act: &audit_act::Model) -> Uuid {
    act.team_id.or(act.organisation_id).unwrap_or_default()
}

/// The hash that chains an act to the one before it in its organisation's chain.
#[must_use]
pub fn hash_of(previous: &[u8], sequence: i64, act: &audit_act::Model) -> Vec<u8> {
    let who = (act.request_id, act.account_id, act.organisation_id, act.team_id);
    let what = (&act.action, &act.object_kind, act.object_id, act.root_id, &act.field_group);
    let content = (act.effective_on, &act.before, &act.after);
    let said = (1, sequence, act.id, act.recorded_at.to_microseconds(), who, what, content);
    let mut bytes = previous.to_vec();
    // Tuples of texts, numbers and identities always have a JSON form.
    bytes.extend(serde_json::to_vec(&said).unwrap_or_default());
    digest(&SHA256, &bytes).as_ref().to_vec()
}
