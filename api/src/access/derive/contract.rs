//! The views of contracts: of their own parties, of those that sell directly under them, and of
//! whoever stands to the agreement under which a contract is.

use std::collections::{BTreeMap, BTreeSet};

use domain::policy::derive::{self as policy, ContractBranch, ContractParty};
use entities::{
    access::RootKind,
    contract,
    contract_commissioner::{self as commissioner, CommissionerRole},
    contract_provider::{self as provider, ProviderRole},
    relation::RelationKind,
    subcontract,
};
use sea_orm::{
    ColumnTrait, ConnectionTrait, DatabaseBackend, DbErr, EntityTrait, QueryFilter, QueryOrder,
    QuerySelect, Statement,
};
use uuid::Uuid;

use super::{BATCH, Derived, Root, facts, facts::Recording, keep, link, rows};
use crate::access::facts::{takeovers, whole};

/// Derives the access to contracts anew, and keeps it.
///
/// # Errors
/// A fault of the database.
pub async fn contracts(connection: &impl ConnectionTrait, ids: &[Uuid]) -> Result<(), DbErr> {
    for some in ids.chunks(BATCH) {
        let contracts = found(connection, some).await?;
        let turns = contracts.iter().map(|row| row.agreement_id.unwrap_or(row.id)).collect();
        take_turns(connection, &turns).await?;
        let is_draft = |row: &&contract::Model| row.shared_on.is_none();
        let drafts = contracts.iter().filter(is_draft).map(|row| row.id).collect();
        keep(connection, some, &derived(connection, some).await?, &drafts).await?;
    }
    Ok(())
}

/// What the access to a contract should be.
///
/// # Errors
/// A fault of the database.
pub async fn expected_contract(
    connection: &impl ConnectionTrait,
    id: Uuid,
) -> Result<Derived, DbErr> {
    derived(connection, &[id]).await
}

/// Which of several successors takes over under contracts, by contract and predecessor: as the
/// agreement says, and where it does not, as the contract does (rule G5).
pub(super) async fn named(
    connection: &impl ConnectionTrait,
    contracts: BTreeSet<Uuid>,
) -> Result<BTreeMap<Uuid, BTreeMap<Uuid, Uuid>>, DbErr> {
    let ids: Vec<Uuid> = contracts.into_iter().collect();
    let mut named = takeovers::of_contracts(connection, &ids).await?;
    let mut all = BTreeMap::new();
    for row in found(connection, &ids).await? {
        let mut of_it = match row.agreement_id {
            Some(agreement) => facts::recording(connection, agreement).await?.takeovers,
            None => BTreeMap::new(),
        };
        of_it.extend(named.remove(&row.id).unwrap_or_default());
        all.insert(row.id, of_it);
    }
    Ok(all)
}

/// Of two that derive the views of what is under one agreement, or of one contract under none, the
/// second waits, and derives from what the first has left. Whoever derives those of a contract need
/// not be one who may hold the agreement's row. SQLite writes in one transaction at a time anyway.
pub(super) async fn take_turns(
    connection: &impl ConnectionTrait,
    roots: &BTreeSet<Uuid>,
) -> Result<(), DbErr> {
    if connection.get_database_backend() != DatabaseBackend::Postgres {
        return Ok(());
    }
    for root in roots {
        let wait = "select pg_advisory_xact_lock(hashtextextended($1, 0))::text as turn";
        let turn = [format!("views {root}").into()];
        let turn = Statement::from_sql_and_values(DatabaseBackend::Postgres, wait, turn);
        connection.query_one_raw(turn).await?;
    }
    Ok(())
}

/// The contracts under an agreement.
///
/// # Errors
/// A fault of the database.
#[expect(clippy::disallowed_methods, reason = "derives what every view is made of")]
pub async fn under(connection: &impl ConnectionTrait, agreement: Uuid) -> Result<Vec<Uuid>, DbErr> {
    contract::Entity::find()
        .filter(contract::Column::AgreementId.eq(agreement))
        .order_by_asc(contract::Column::Id)
        .select_only()
        .column(contract::Column::Id)
        .into_tuple()
        .all(&whole(connection))
        .await
}

/// The contracts to which one of `organisations` is a party.
#[expect(clippy::disallowed_methods, reason = "derives what every view is made of")]
pub(super) async fn of_parties(
    connection: &impl ConnectionTrait,
    organisations: &BTreeSet<Uuid>,
) -> Result<Vec<Uuid>, DbErr> {
    let mut contracts = BTreeSet::new();
    let organisations: Vec<Uuid> = organisations.iter().copied().collect();
    for some in organisations.chunks(BATCH) {
        let bought: Vec<Uuid> = commissioner::Entity::find()
            .filter(commissioner::Column::OrganisationId.is_in(some.iter().copied()))
            .select_only()
            .column(commissioner::Column::ContractId)
            .distinct()
            .into_tuple()
            .all(&whole(connection))
            .await?;
        let provided: Vec<Uuid> = provider::Entity::find()
            .filter(provider::Column::OrganisationId.is_in(some.iter().copied()))
            .select_only()
            .column(provider::Column::ContractId)
            .distinct()
            .into_tuple()
            .all(&whole(connection))
            .await?;
        let sold: Vec<Uuid> = subcontract::Entity::find()
            .filter(subcontract::Column::SellerId.is_in(some.iter().copied()))
            .filter(subcontract::Column::ParentId.is_null())
            .select_only()
            .column(subcontract::Column::ContractId)
            .distinct()
            .into_tuple()
            .all(&whole(connection))
            .await?;
        contracts.extend(bought.into_iter().chain(provided).chain(sold));
    }
    Ok(contracts.into_iter().collect())
}

#[expect(clippy::disallowed_methods, reason = "derives what every view is made of")]
async fn found(
    connection: &impl ConnectionTrait,
    ids: &[Uuid],
) -> Result<Vec<contract::Model>, DbErr> {
    contract::Entity::find()
        .filter(contract::Column::Id.is_in(ids.iter().copied()))
        .order_by_asc(contract::Column::Id)
        .all(&whole(connection))
        .await
}

async fn derived(connection: &impl ConnectionTrait, ids: &[Uuid]) -> Result<Derived, DbErr> {
    let contracts = found(connection, ids).await?;
    let roots: Vec<Root> = contracts.iter().map(root).collect();
    let mut parties = parties(connection, ids).await?;
    let mut recordings: BTreeMap<Uuid, Recording> = BTreeMap::new();
    let agreements: BTreeSet<Uuid> = contracts.iter().filter_map(|row| row.agreement_id).collect();
    for agreement in agreements {
        recordings.insert(agreement, facts::recording(connection, agreement).await?);
    }
    let related = recordings.values().flat_map(|it| &it.relations).map(|it| it.holder);
    let holders = parties.values().flatten().map(|it| it.holder).chain(related).collect();
    let successions = facts::successions(connection, holders).await?;
    let mut named = takeovers::of_contracts(connection, ids).await?;
    let mut derived = Derived::default();
    for contract in &contracts {
        let under = contract.agreement_id.and_then(|id| recordings.get(&id)).cloned();
        let Recording { relations, mut takeovers } = under.unwrap_or_default();
        takeovers.extend(named.remove(&contract.id).unwrap_or_default());
        let access = policy::of_contract(&ContractBranch {
            contract: contract.id,
            opened_on: contract.opened_on,
            parties: parties.remove(&contract.id).unwrap_or_default(),
            under: relations,
            successions: successions.clone(),
            takeovers,
        });
        let own = rows(&roots, &access);
        derived.access.extend(own.access);
        derived.windows.extend(own.windows);
    }
    Ok(derived)
}

fn root(row: &contract::Model) -> Root {
    Root {
        id: row.id,
        kind: RootKind::Contract,
        name: String::new(),
        reference: row.reference.clone(),
        starts_on: row.opened_on,
        is_live: true,
    }
}

#[expect(clippy::disallowed_methods, reason = "derives what every view is made of")]
async fn parties(
    connection: &impl ConnectionTrait,
    ids: &[Uuid],
) -> Result<BTreeMap<Uuid, Vec<ContractParty>>, DbErr> {
    let commissioners = commissioner::Entity::find()
        .filter(commissioner::Column::ContractId.is_in(ids.iter().copied()))
        .all(&whole(connection))
        .await?;
    let providers = provider::Entity::find()
        .filter(provider::Column::ContractId.is_in(ids.iter().copied()))
        .all(&whole(connection))
        .await?;
    let sellers = subcontract::Entity::find()
        .filter(subcontract::Column::ContractId.is_in(ids.iter().copied()))
        .filter(subcontract::Column::ParentId.is_null())
        .order_by_asc(subcontract::Column::Id)
        .all(&whole(connection))
        .await?;
    let mut parties: BTreeMap<Uuid, Vec<ContractParty>> = BTreeMap::new();
    for row in commissioners {
        parties.entry(row.contract_id).or_default().push(ContractParty {
            kind: commissions_as(row.role),
            holder: row.organisation_id,
            position: row.position,
            starts_on: row.starts_on,
            ends_on: row.ends_on,
            recorded_on: row.recorded_on,
        });
    }
    for row in sellers {
        parties.entry(row.contract_id).or_default().push(link::party(&row, RelationKind::Seller));
    }
    for row in providers {
        parties.entry(row.contract_id).or_default().push(ContractParty {
            kind: provides_as(row.role),
            holder: row.organisation_id,
            position: row.position,
            starts_on: row.starts_on,
            ends_on: row.ends_on,
            recorded_on: row.recorded_on,
        });
    }
    Ok(parties)
}

/// How a commissioner stands to its contract.
const fn commissions_as(role: CommissionerRole) -> RelationKind {
    match role {
        CommissionerRole::CoOrdinating => RelationKind::CoordinatingCommissioner,
        CommissionerRole::Associate => RelationKind::AssociateCommissioner,
    }
}

/// How a provider stands to its contract.
const fn provides_as(role: ProviderRole) -> RelationKind {
    match role {
        ProviderRole::Lead => RelationKind::LeadProvider,
        ProviderRole::Member => RelationKind::ConsortiumMember,
    }
}
