use std::collections::{BTreeMap, BTreeSet, HashMap};

use chrono::NaiveDate;
use domain::rules::supply_chain::Stage;
use entities::{contract_status_change as change, subcontract as link};
use sea_orm::{ColumnTrait, ConnectionTrait, DbErr, EntityTrait, QueryFilter, QueryOrder};
use uuid::Uuid;

use super::stage_of;
use crate::access::facts::whole;

/// How something above a link stands. Nothing of it says who it is between, or for how much.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Above {
    /// Its tier; 0 of the head contract.
    pub tier: i32,
    /// How it stands.
    pub standing: Standing,
}

/// How a contract or a link above another stands.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Standing {
    /// A link, and its last day.
    Link(Stage, NaiveDate),
    /// The head contract: its last change that has come.
    Contract(Box<change::Model>),
}

/// Fact reader: how everything above links stands, by link, the head contract first. Whoever reads
/// a link reads it: it is what its own duties hang on.
///
/// # Errors
/// A fault of the database.
#[expect(clippy::disallowed_methods, reason = "tells how what is above stands, and no more")]
pub async fn above(
    connection: &impl ConnectionTrait,
    links: &[(Uuid, Uuid)],
    today: NaiveDate,
) -> Result<HashMap<Uuid, Vec<Above>>, DbErr> {
    let contracts: BTreeSet<Uuid> = links.iter().map(|(_, contract)| *contract).collect();
    let rows = link::Entity::find()
        .filter(link::Column::ContractId.is_in(contracts.iter().copied()))
        .all(&whole(connection))
        .await?;
    let changes = change::Entity::find()
        .filter(change::Column::ContractId.is_in(contracts))
        .filter(change::Column::EffectiveOn.lte(today))
        .order_by_asc(change::Column::EffectiveOn)
        .order_by_asc(change::Column::Number)
        .all(&whole(connection))
        .await?;
    let rows: BTreeMap<Uuid, link::Model> = rows.into_iter().map(|row| (row.id, row)).collect();
    let changes: BTreeMap<Uuid, change::Model> =
        changes.into_iter().map(|row| (row.contract_id, row)).collect();
    let mut above = HashMap::new();
    for (id, contract) in links {
        let mut of = Vec::new();
        let mut next = rows.get(id).and_then(|row| row.parent_id);
        while let Some(row) = next.and_then(|id| rows.get(&id)) {
            of.push(Above {
                tier: row.tier,
                standing: Standing::Link(stage_of(row, today), row.ends_on),
            });
            next = row.parent_id;
        }
        let head = changes.get(contract).cloned();
        of.extend(head.map(|it| Above { tier: 0, standing: Standing::Contract(Box::new(it)) }));
        of.reverse();
        above.insert(*id, of);
    }
    Ok(above)
}
