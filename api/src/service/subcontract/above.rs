use std::collections::{BTreeMap, BTreeSet, HashMap};

use chrono::NaiveDate;
use domain::rules::supply_chain::Stage;
use entities::{contract_status_change as change, subcontract as link, value::Instant};
use sea_orm::{ColumnTrait, ConnectionTrait, DbErr, EntityTrait, QueryFilter, QueryOrder};
use uuid::Uuid;

use super::stage_of;
use crate::{access::facts::whole, service::contract::replaced_by};

/// How something above a link stands. Nothing of it says who it is between, or for how much.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Above {
    /// Its tier; 0 of the head contract.
    pub tier: i32,
    /// How it stands.
    pub stands: Stands,
}

/// How a contract or a link above another stands.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Stands {
    /// A link, and its last day; none of one about which more was said since.
    Link(Option<(Stage, NaiveDate)>),
    /// The head contract: its last change that has come, and the contract by which it is replaced.
    Contract(Box<change::Model>, Option<Uuid>),
}

/// Fact reader: how everything above links stood on a day, by link, the head contract first. Whoever
/// reads a link reads it: it is what its own duties hang on.
///
/// # Errors
/// A fault of the database.
#[expect(clippy::disallowed_methods, reason = "tells how what is above stands, and no more")]
pub async fn above(
    connection: &impl ConnectionTrait,
    links: &[(Uuid, Uuid, NaiveDate)],
) -> Result<HashMap<Uuid, Vec<Above>>, DbErr> {
    let contracts: BTreeSet<Uuid> = links.iter().map(|(_, contract, _)| *contract).collect();
    let rows = link::Entity::find()
        .filter(link::Column::ContractId.is_in(contracts.iter().copied()))
        .all(&whole(connection))
        .await?;
    let changes = change::Entity::find()
        .filter(change::Column::ContractId.is_in(contracts))
        .order_by_asc(change::Column::EffectiveOn)
        .order_by_asc(change::Column::Number)
        .all(&whole(connection))
        .await?;
    let ids: Vec<Uuid> = links.iter().map(|(_, contract, _)| *contract).collect();
    let novations = replaced_by(connection, &ids).await?;
    let rows: BTreeMap<Uuid, link::Model> = rows.into_iter().map(|row| (row.id, row)).collect();
    let mut above = HashMap::new();
    for (id, contract, day) in links {
        let mut of = Vec::new();
        let mut next = rows.get(id).and_then(|row| row.parent_id);
        while let Some(row) = next.and_then(|id| rows.get(&id)) {
            let is_told = row.changed_on <= *day;
            let stands = is_told.then(|| (stage_of(row, *day), row.ends_on));
            of.push(Above { tier: row.tier, stands: Stands::Link(stands) });
            next = row.parent_id;
        }
        let is_told = |it: &&change::Model| it.effective_on <= *day && it.recorded_on <= *day;
        let mut own = changes.iter().filter(|it| it.contract_id == *contract);
        let head = own.rfind(is_told).cloned();
        let known = novations.get(contract).map_or(&[][..], Vec::as_slice);
        let now = (*day, Instant(i64::MAX));
        let novated = known.iter().rfind(|it| it.stands(*day, now)).map(|it| it.row.head_id);
        let stands = head.map(|it| Stands::Contract(Box::new(it), novated));
        of.extend(stands.map(|stands| Above { tier: 0, stands }));
        of.reverse();
        above.insert(*id, of);
    }
    Ok(above)
}
