//! The views of the links of supply chains: of their own buyers and sellers. Whoever stands to the
//! head contract sees them through it.

use std::collections::{BTreeMap, BTreeSet};

use domain::policy::derive::{self as policy, ContractBranch, ContractParty};
use entities::{access::RootKind, relation::RelationKind, subcontract};
use sea_orm::{
    ColumnTrait, Condition, ConnectionTrait, DbErr, EntityTrait, QueryFilter, QueryOrder,
    QuerySelect,
};
use uuid::Uuid;

use super::{BATCH, Derived, Root, contract::named, facts, keep, rows};
use crate::access::facts::whole;

/// Derives the access to links anew, and keeps it.
///
/// # Errors
/// A fault of the database.
pub async fn links(connection: &impl ConnectionTrait, ids: &[Uuid]) -> Result<(), DbErr> {
    for some in ids.chunks(BATCH) {
        keep(connection, some, &derived(connection, some).await?, &BTreeSet::new()).await?;
    }
    Ok(())
}

/// What the access to a link should be.
///
/// # Errors
/// A fault of the database.
pub async fn expected_link(connection: &impl ConnectionTrait, id: Uuid) -> Result<Derived, DbErr> {
    derived(connection, &[id]).await
}

/// The links in which one of `organisations` buys or sells.
#[expect(clippy::disallowed_methods, reason = "derives what every view is made of")]
pub(super) async fn of_parties(
    connection: &impl ConnectionTrait,
    organisations: &BTreeSet<Uuid>,
) -> Result<Vec<Uuid>, DbErr> {
    let organisations: Vec<Uuid> = organisations.iter().copied().collect();
    let mut links = BTreeSet::new();
    for some in organisations.chunks(BATCH) {
        let one = Condition::any()
            .add(subcontract::Column::BuyerId.is_in(some.iter().copied()))
            .add(subcontract::Column::SellerId.is_in(some.iter().copied()));
        let found: Vec<Uuid> = subcontract::Entity::find()
            .filter(one)
            .select_only()
            .column(subcontract::Column::Id)
            .into_tuple()
            .all(&whole(connection))
            .await?;
        links.extend(found);
    }
    Ok(links.into_iter().collect())
}

/// How the buyer or the seller of a link stands to it.
pub(super) fn party(row: &subcontract::Model, kind: RelationKind) -> ContractParty {
    ContractParty {
        kind,
        holder: if kind == RelationKind::Buyer { row.buyer_id } else { row.seller_id },
        position: 1,
        starts_on: row.starts_on,
        ends_on: Some(row.ends_on),
        recorded_on: row.recorded_on,
    }
}

#[expect(clippy::disallowed_methods, reason = "derives what every view is made of")]
async fn derived(connection: &impl ConnectionTrait, ids: &[Uuid]) -> Result<Derived, DbErr> {
    let links = subcontract::Entity::find()
        .filter(subcontract::Column::Id.is_in(ids.iter().copied()))
        .order_by_asc(subcontract::Column::Id)
        .all(&whole(connection))
        .await?;
    let roots: Vec<Root> = links.iter().map(root).collect();
    let holders = links.iter().flat_map(|row| [row.buyer_id, row.seller_id]).collect();
    let successions = facts::successions(connection, holders).await?;
    // Who is named as a successor matters only where somebody was succeeded.
    let takeovers = match successions.is_empty() {
        true => BTreeMap::new(),
        false => named(connection, links.iter().map(|row| row.contract_id).collect()).await?,
    };
    let mut derived = Derived::default();
    for link in &links {
        let access = policy::of_contract(&ContractBranch {
            contract: link.id,
            opened_on: link.starts_on,
            parties: [RelationKind::Buyer, RelationKind::Seller].map(|it| party(link, it)).into(),
            under: Vec::new(),
            successions: successions.clone(),
            takeovers: takeovers.get(&link.contract_id).cloned().unwrap_or_default(),
        });
        let own = rows(&roots, &access);
        derived.access.extend(own.access);
        derived.windows.extend(own.windows);
    }
    Ok(derived)
}

fn root(row: &subcontract::Model) -> Root {
    Root {
        id: row.id,
        kind: RootKind::Link,
        name: row.service.clone(),
        reference: row.reference.clone(),
        starts_on: row.starts_on,
        is_live: true,
    }
}
