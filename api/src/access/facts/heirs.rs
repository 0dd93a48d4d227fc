//! Who stands in the place of those that have closed (rule G5).

use std::collections::{BTreeMap, BTreeSet, HashMap};

use domain::policy::heirs::Heirs;
use entities::succession_takeover as takeover;
use sea_orm::{ColumnTrait, Condition, ConnectionTrait, DbErr, EntityTrait, QueryFilter};
use uuid::Uuid;

use super::whole;
use crate::access::derive::{successions, with_predecessors};

/// Who stands in the place of `organisations` under agreements that the caller has found through
/// its view, by agreement.
///
/// # Errors
/// A fault of the database.
pub async fn of_agreements(
    connection: &impl ConnectionTrait,
    agreements: &[Uuid],
    organisations: BTreeSet<Uuid>,
) -> Result<HashMap<Uuid, Heirs>, DbErr> {
    let successions = successions(connection, organisations).await?;
    let here = takeover::Column::AgreementId.is_in(agreements.iter().copied());
    let mut named = named(connection, Condition::all().add(here)).await?;
    let heirs = |agreement: &Uuid| {
        let takeovers = named.remove(agreement).unwrap_or_default();
        (*agreement, Heirs { successions: successions.clone(), takeovers })
    };
    Ok(agreements.iter().map(heirs).collect())
}

/// Those in whose place an organisation may stand, itself included, and who does.
#[derive(Clone, Debug, Default)]
pub struct Inheritance {
    /// Itself, and those from which it took over, in turn.
    pub predecessors: BTreeSet<Uuid>,
    /// Who stands in their place where nobody of several was named.
    pub anywhere: Heirs,
    /// And under agreements in which somebody was.
    pub named: BTreeMap<Uuid, Heirs>,
}

/// Fact reader: in whose place an organisation may stand.
///
/// # Errors
/// A fault of the database.
pub async fn of_organisation(
    connection: &impl ConnectionTrait,
    organisation: Uuid,
) -> Result<Inheritance, DbErr> {
    let predecessors = with_predecessors(connection, &BTreeSet::from([organisation])).await?;
    let successions = successions(connection, predecessors.clone()).await?;
    let closed = successions.iter().map(|it| it.predecessor);
    let of_them = takeover::Column::PredecessorId.is_in(closed);
    let named = named(connection, Condition::all().add(of_them)).await?;
    let heirs = |takeovers| Heirs { successions: successions.clone(), takeovers };
    Ok(Inheritance {
        predecessors,
        anywhere: heirs(BTreeMap::new()),
        named: named.into_iter().map(|(agreement, names)| (agreement, heirs(names))).collect(),
    })
}

/// Who was named, by agreement and predecessor.
#[expect(clippy::disallowed_methods, reason = "a reviewed reader: rules hold over all rows")]
async fn named(
    connection: &impl ConnectionTrait,
    wanted: Condition,
) -> Result<HashMap<Uuid, BTreeMap<Uuid, Uuid>>, DbErr> {
    let rows = takeover::Entity::find().filter(wanted).all(&whole(connection)).await?;
    let mut named: HashMap<Uuid, BTreeMap<Uuid, Uuid>> = HashMap::new();
    for row in rows {
        named.entry(row.agreement_id).or_default().insert(row.predecessor_id, row.successor_id);
    }
    Ok(named)
}
