//! Puts acts into their organisation's chain of hashes, in the order in which they are found
//! committed: no write waits for a chain that a whole organisation shares.

use std::{collections::BTreeMap, time::Duration};

use aws_lc_rs::digest::{SHA256, digest};
use entities::{audit_act, audit_seal, audit_unsealed};
use sea_orm::{
    ColumnTrait, ConnectionTrait, DatabaseBackend, DbErr, EntityTrait, IntoActiveModel, JoinType,
    PaginatorTrait, QueryFilter, QueryOrder, QuerySelect, RelationDef, Select,
};
use tokio::time::{self, MissedTickBehavior};
use uuid::Uuid;

use crate::{
    database::{Database, Writing},
    service::Stopped,
};

/// How long an act waits for its seal at most, where the sealer keeps up.
pub const EVERY: Duration = Duration::from_millis(200);
/// How many acts are sealed by one transaction: on SQLite, writers wait for it.
const AT_ONCE: u64 = 500;
/// Held by whoever seals in a PostgreSQL database; an arbitrary number.
const SEALING_LOCK: &str = "select pg_advisory_xact_lock(7482190367)";

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
    let acts = audit_unsealed::Entity::find().count(connection).await?;
    let oldest = unsealed().limit(1).one(connection).await?;
    let now = database.clock().now().to_microseconds();
    let waited = |act: audit_act::Model| now.saturating_sub(act.recorded_at.to_microseconds());
    let oldest = u64::try_from(oldest.map_or(0, waited)).unwrap_or(0);
    Ok(Waiting { acts, oldest: Duration::from_micros(oldest) })
}

/// Seals every act that is committed, and answers how many there were.
///
/// # Errors
/// A fault of the database.
pub async fn seal_now(database: &Database) -> Result<u64, Stopped> {
    let mut sealed = 0;
    while is_any_waiting(database.statement()).await? {
        sealed += database.write(false, |tx| async move { seal_some(&tx).await }).await?;
    }
    Ok(sealed)
}

#[expect(clippy::disallowed_methods, reason = "the chains are the program's own work")]
async fn is_any_waiting(connection: &impl ConnectionTrait) -> Result<bool, DbErr> {
    Ok(audit_unsealed::Entity::find().one(connection).await?.is_some())
}

async fn seal_some(tx: &Writing) -> Result<u64, Stopped> {
    tx.goes_unaudited("a seal is put on acts, and is none");
    if tx.get_database_backend() == DatabaseBackend::Postgres {
        tx.execute_unprepared(SEALING_LOCK).await?;
    }
    let acts = waiting(tx).await?;
    let mut heads: BTreeMap<Uuid, (i64, Vec<u8>)> = BTreeMap::new();
    let mut seals = Vec::with_capacity(acts.len());
    for act in &acts {
        let chain = chain_of(act);
        let (last, previous_hash) = match heads.remove(&chain) {
            Some(head) => head,
            None => head(tx, chain).await?,
        };
        let sequence = last + 1;
        let hash = hash_of(&previous_hash, sequence, act);
        heads.insert(chain, (sequence, hash.clone()));
        let seal =
            audit_seal::Model { act_id: act.id, chain_id: chain, sequence, previous_hash, hash };
        seals.push(seal.into_active_model());
    }
    if !seals.is_empty() {
        audit_seal::Entity::insert_many(seals).exec_without_returning(&**tx).await?;
        audit_unsealed::Entity::delete_many()
            .filter(audit_unsealed::Column::ActId.is_in(acts.iter().map(|act| act.id)))
            .exec(&**tx)
            .await?;
    }
    Ok(acts.len() as u64)
}

async fn waiting(tx: &Writing) -> Result<Vec<audit_act::Model>, DbErr> {
    unsealed().limit(AT_ONCE).all(&**tx).await
}

/// The acts that wait, the oldest first.
#[expect(clippy::disallowed_methods, reason = "the chains are the program's own work")]
fn unsealed() -> Select<audit_act::Entity> {
    let waits: RelationDef = audit_act::Entity::belongs_to(audit_unsealed::Entity)
        .from(audit_act::Column::Id)
        .to(audit_unsealed::Column::ActId)
        .into();
    audit_act::Entity::find()
        .join(JoinType::InnerJoin, waits)
        .order_by_asc(audit_act::Column::RecordedAt)
        .order_by_asc(audit_act::Column::Id)
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
