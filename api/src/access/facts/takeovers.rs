//! Who was named to stand in the place of those that have closed, under contracts (rule G5).

use std::collections::{BTreeMap, BTreeSet, HashMap};

use entities::{
    access_window as window, contract_takeover as takeover, delegated_budget as budget,
    relation::RelationKind, subcontract,
};
use sea_orm::{
    ColumnTrait, Condition, ConnectionTrait, DbErr, EntityTrait, QueryFilter, QuerySelect,
    sea_query::{Query, SelectStatement},
};
use uuid::Uuid;

use super::whole;

/// How a body that closed had stood itself.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Stood {
    /// To the contract, to a link of its supply chain, or to a budget within it.
    pub to_contract: bool,
    /// To the contract as its co-ordinating commissioner.
    pub co_ordinated: bool,
    /// To the agreement under which the contract is.
    pub to_agreement: bool,
}

/// Fact reader: who was named under contracts, by contract and predecessor.
///
/// # Errors
/// A fault of the database.
#[expect(clippy::disallowed_methods, reason = "a reviewed reader: rules hold over all rows")]
pub async fn of_contracts(
    connection: &impl ConnectionTrait,
    contracts: &[Uuid],
) -> Result<HashMap<Uuid, BTreeMap<Uuid, Uuid>>, DbErr> {
    let here = takeover::Column::ContractId.is_in(contracts.iter().copied());
    let rows = takeover::Entity::find().filter(here).all(&whole(connection)).await?;
    let mut named: HashMap<Uuid, BTreeMap<Uuid, Uuid>> = HashMap::new();
    for row in rows {
        named.entry(row.contract_id).or_default().insert(row.predecessor_id, row.successor_id);
    }
    Ok(named)
}

/// Fact reader: how an organisation itself stood to a contract, and to the agreement above it.
///
/// # Errors
/// A fault of the database.
#[expect(clippy::disallowed_methods, reason = "a reviewed reader: rules hold over all rows")]
pub async fn stood(
    connection: &impl ConnectionTrait,
    (contract, agreement): (Uuid, Option<Uuid>),
    organisation: Uuid,
) -> Result<Stood, DbErr> {
    let roots = Condition::any()
        .add(window::Column::RootId.is_in(agreement.into_iter().chain([contract])))
        .add(window::Column::RootId.in_subquery(links_of(contract)))
        .add(window::Column::RootId.in_subquery(budgets_of(contract)));
    let found: Vec<(Uuid, RelationKind)> = window::Entity::find()
        .filter(window::Column::HolderId.eq(organisation))
        .filter(window::Column::Acts.eq(true))
        .filter(roots)
        .select_only()
        .column(window::Column::RootId)
        .column(window::Column::Relation)
        .into_tuple()
        .all(&whole(connection))
        .await?;
    let to_agreement = |root: &Uuid| Some(*root) == agreement;
    let leads = (contract, RelationKind::CoordinatingCommissioner);
    Ok(Stood {
        to_contract: found.iter().any(|(root, _)| !to_agreement(root)),
        co_ordinated: found.contains(&leads),
        to_agreement: found.iter().any(|(root, _)| to_agreement(root)),
    })
}

/// The links and the budgets of some contracts.
///
/// # Errors
/// A fault of the database.
#[expect(clippy::disallowed_methods, reason = "a reviewed reader: rules hold over all rows")]
pub async fn chains_of(
    connection: &impl ConnectionTrait,
    contracts: &[Uuid],
) -> Result<(Vec<Uuid>, Vec<Uuid>), DbErr> {
    let of: BTreeSet<Uuid> = contracts.iter().copied().collect();
    let links = subcontract::Entity::find()
        .filter(subcontract::Column::ContractId.is_in(of.iter().copied()))
        .select_only()
        .column(subcontract::Column::Id)
        .into_tuple()
        .all(&whole(connection))
        .await?;
    let budgets = budget::Entity::find()
        .filter(budget::Column::ContractId.is_in(of))
        .select_only()
        .column(budget::Column::Id)
        .into_tuple()
        .all(&whole(connection))
        .await?;
    Ok((links, budgets))
}

fn links_of(contract: Uuid) -> SelectStatement {
    Query::select()
        .column(subcontract::Column::Id)
        .from(subcontract::Entity)
        .and_where(subcontract::Column::ContractId.eq(contract))
        .take()
}

fn budgets_of(contract: Uuid) -> SelectStatement {
    Query::select()
        .column(budget::Column::Id)
        .from(budget::Entity)
        .and_where(budget::Column::ContractId.eq(contract))
        .take()
}
