//! Walks every organisation's chain of acts; names the first thing that is not as it should be.

use std::collections::BTreeMap;

use entities::{audit_act, audit_seal, change_waiting};
use sea_orm::{
    ColumnTrait, ConnectionTrait, DbErr, EntityTrait, PaginatorTrait, QueryFilter, QueryOrder,
    QuerySelect, sea_query::Query,
};
use uuid::Uuid;

use super::seal::{chain_of, hash_of};

/// How many acts are looked at together.
const STRIDE: u64 = 1_000;

/// What was looked at of the trail.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Walked {
    /// Acts with a seal.
    pub sealed: u64,
    /// Acts that still wait for theirs.
    pub unsealed: u64,
}

/// Why the trail is not in order.
#[derive(Debug, thiserror::Error)]
pub enum BrokenTrail {
    /// The first thing that is wrong.
    #[error("the trail of audit of {chain}: {what}")]
    Discrepancy {
        /// Whose trail.
        chain: String,
        /// What is wrong, and where.
        what: String,
    },
    /// The database failed.
    #[error("the database failed: {0}")]
    Fault(#[from] DbErr),
}

/// Walks every chain.
///
/// # Errors
/// The first discrepancy, or a fault of the database.
#[expect(clippy::disallowed_methods, reason = "the operator's check looks at every row")]
pub async fn walk(connection: &impl ConnectionTrait) -> Result<Walked, BrokenTrail> {
    let chains: Vec<Uuid> = audit_seal::Entity::find()
        .select_only()
        .column(audit_seal::Column::ChainId)
        .distinct()
        .order_by_asc(audit_seal::Column::ChainId)
        .into_tuple()
        .all(connection)
        .await?;
    let mut walked = Walked::default();
    for chain in chains {
        walked.sealed += walk_one(connection, chain).await?;
    }
    walked.unsealed = unsealed(connection).await?;
    Ok(walked)
}

#[expect(clippy::disallowed_methods, reason = "the operator's check looks at every row")]
async fn walk_one(connection: &impl ConnectionTrait, chain: Uuid) -> Result<u64, BrokenTrail> {
    let (mut last, mut hash) = (0, Vec::new());
    loop {
        let seals = audit_seal::Entity::find()
            .filter(audit_seal::Column::ChainId.eq(chain))
            .filter(audit_seal::Column::Sequence.gt(last))
            .order_by_asc(audit_seal::Column::Sequence)
            .limit(STRIDE)
            .all(connection)
            .await?;
        if seals.is_empty() {
            return Ok(u64::try_from(last).unwrap_or_default());
        }
        let ids = seals.iter().map(|seal| seal.act_id);
        let acts = audit_act::Entity::find()
            .filter(audit_act::Column::Id.is_in(ids))
            .all(connection)
            .await?;
        let acts: BTreeMap<Uuid, _> = acts.into_iter().map(|act| (act.id, act)).collect();
        for seal in seals {
            check((last, &hash), &seal, acts.get(&seal.act_id))
                .map_err(|what| BrokenTrail::Discrepancy { chain: name_of(chain), what })?;
            (last, hash) = (seal.sequence, seal.hash);
        }
    }
}

fn check(
    (last, hash): (i64, &[u8]),
    seal: &audit_seal::Model,
    act: Option<&audit_act::Model>,
) -> Result<(), String> {
    let n = seal.sequence;
    if n != last + 1 {
        return Err(format!("act {} is missing", last + 1));
    }
    let Some(act) = act.filter(|act| chain_of(act) == seal.chain_id) else {
        return Err(format!("act {n} is missing, and only its seal is there"));
    };
    if seal.previous_hash != hash {
        return Err(format!("act {n} does not name the hash of the one before it"));
    }
    if hash_of(hash, n, act) != seal.hash {
        return Err(format!("act {n} does not say what it said when it was sealed"));
    }
    Ok(())
}

/// How many acts wait for their seal. One that has none and does not wait has lost it.
#[expect(clippy::disallowed_methods, reason = "the operator's check looks at every row")]
async fn unsealed(connection: &impl ConnectionTrait) -> Result<u64, BrokenTrail> {
    let sealed =
        Query::select().column(audit_seal::Column::ActId).from(audit_seal::Entity).to_owned();
    let waiting = Query::select()
        .column(change_waiting::Column::ActId)
        .from(change_waiting::Entity)
        .and_where(change_waiting::Column::ActId.is_not_null())
        .to_owned();
    let without = audit_act::Entity::find().filter(audit_act::Column::Id.not_in_subquery(sealed));
    let lost = without
        .clone()
        .filter(audit_act::Column::Id.not_in_subquery(waiting))
        .order_by_asc(audit_act::Column::Id)
        .one(connection)
        .await?;
    if let Some(act) = lost {
        let what = format!("the act {} has lost its seal", act.id);
        return Err(BrokenTrail::Discrepancy { chain: name_of(chain_of(&act)), what });
    }
    Ok(without.count(connection).await?)
}

fn name_of(chain: Uuid) -> String {
    if chain.is_nil() { "the operator".to_owned() } else { format!("organisation or team {chain}") }
}
