//! The views of delegated budgets: of who holds one, and of whom it paid. Whoever stands to the
//! contract sees them through that.

use std::collections::{BTreeMap, BTreeSet};

use chrono::NaiveDate;
use domain::policy::derive::{self as policy, ContractBranch, ContractParty};
use entities::{
    access::RootKind, delegated_budget as budget, delegated_spending as spending,
    relation::RelationKind,
};
use sea_orm::{
    ColumnTrait, ConnectionTrait, DbErr, EntityTrait, QueryFilter, QueryOrder, QuerySelect,
};
use uuid::Uuid;

use super::{BATCH, Derived, Root, contract::named, facts, keep, rows};
use crate::access::{delegated_budget::HOLDER_PLACE, facts::whole};

/// Derives the access to delegated budgets anew, and keeps it.
///
/// # Errors
/// A fault of the database.
pub async fn budgets(connection: &impl ConnectionTrait, ids: &[Uuid]) -> Result<(), DbErr> {
    for some in ids.chunks(BATCH) {
        keep(connection, some, &derived(connection, some).await?, &BTreeSet::new()).await?;
    }
    Ok(())
}

/// What the access to a delegated budget should be.
///
/// # Errors
/// A fault of the database.
pub async fn expected_budget(
    connection: &impl ConnectionTrait,
    id: Uuid,
) -> Result<Derived, DbErr> {
    derived(connection, &[id]).await
}

/// The budgets that one of `organisations` holds, or was paid from.
#[expect(clippy::disallowed_methods, reason = "derives what every view is made of")]
pub(super) async fn of_holders(
    connection: &impl ConnectionTrait,
    organisations: &BTreeSet<Uuid>,
) -> Result<Vec<Uuid>, DbErr> {
    let organisations: Vec<Uuid> = organisations.iter().copied().collect();
    let mut budgets = BTreeSet::new();
    for some in organisations.chunks(BATCH) {
        let held: Vec<Uuid> = budget::Entity::find()
            .filter(budget::Column::HolderId.is_in(some.iter().copied()))
            .select_only()
            .column(budget::Column::Id)
            .into_tuple()
            .all(&whole(connection))
            .await?;
        let paid: Vec<Uuid> = spending::Entity::find()
            .filter(spending::Column::PayeeId.is_in(some.iter().copied()))
            .select_only()
            .column(spending::Column::BudgetId)
            .distinct()
            .into_tuple()
            .all(&whole(connection))
            .await?;
        budgets.extend(held.into_iter().chain(paid));
    }
    Ok(budgets.into_iter().collect())
}

#[expect(clippy::disallowed_methods, reason = "derives what every view is made of")]
async fn derived(connection: &impl ConnectionTrait, ids: &[Uuid]) -> Result<Derived, DbErr> {
    let budgets = budget::Entity::find()
        .filter(budget::Column::Id.is_in(ids.iter().copied()))
        .order_by_asc(budget::Column::Id)
        .all(&whole(connection))
        .await?;
    let mut payees = payees(connection, ids).await?;
    let roots: Vec<Root> = budgets.iter().map(root).collect();
    let paid = payees.values().flatten().map(|it| it.holder);
    let holders = budgets.iter().map(|row| row.holder_id).chain(paid).collect();
    let successions = facts::successions(connection, holders).await?;
    // Who is named as a successor matters only where somebody was succeeded.
    let takeovers = match successions.is_empty() {
        true => BTreeMap::new(),
        false => named(connection, budgets.iter().map(|row| row.contract_id).collect()).await?,
    };
    let mut derived = Derived::default();
    for row in &budgets {
        let paid = payees.remove(&row.id).unwrap_or_default();
        let access = policy::of_contract(&ContractBranch {
            contract: row.id,
            opened_on: NaiveDate::MIN,
            parties: [holder(row)].into_iter().chain(paid).collect(),
            under: Vec::new(),
            successions: successions.clone(),
            takeovers: takeovers.get(&row.contract_id).cloned().unwrap_or_default(),
        });
        let own = rows(&roots, &access);
        derived.access.extend(own.access);
        derived.windows.extend(own.windows);
    }
    Ok(derived)
}

/// How who holds a budget stands to it: for ever, because what it did with it stays its own.
fn holder(row: &budget::Model) -> ContractParty {
    ContractParty {
        kind: RelationKind::FundedProvider,
        holder: row.holder_id,
        position: HOLDER_PLACE,
        starts_on: row.starts_on,
        ends_on: None,
        recorded_on: row.recorded_on,
    }
}

/// Who was paid from budgets, each since it first was.
#[expect(clippy::disallowed_methods, reason = "derives what every view is made of")]
async fn payees(
    connection: &impl ConnectionTrait,
    budgets: &[Uuid],
) -> Result<BTreeMap<Uuid, Vec<ContractParty>>, DbErr> {
    let paid: Vec<(Uuid, Uuid, i32, NaiveDate, NaiveDate)> = spending::Entity::find()
        .filter(spending::Column::BudgetId.is_in(budgets.iter().copied()))
        .select_only()
        .column(spending::Column::BudgetId)
        .column(spending::Column::PayeeId)
        .column(spending::Column::PayeePosition)
        .column_as(spending::Column::SpentOn.min(), "first_spent")
        .column_as(spending::Column::RecordedOn.min(), "first_recorded")
        .group_by(spending::Column::BudgetId)
        .group_by(spending::Column::PayeeId)
        .group_by(spending::Column::PayeePosition)
        .order_by_asc(spending::Column::BudgetId)
        .order_by_asc(spending::Column::PayeePosition)
        .into_tuple()
        .all(&whole(connection))
        .await?;
    let mut of: BTreeMap<Uuid, Vec<ContractParty>> = BTreeMap::new();
    for (budget, holder, position, starts_on, recorded_on) in paid {
        let kind = RelationKind::FundedProvider;
        let party = ContractParty { kind, holder, position, starts_on, ends_on: None, recorded_on };
        of.entry(budget).or_default().push(party);
    }
    Ok(of)
}

fn root(row: &budget::Model) -> Root {
    Root {
        id: row.id,
        kind: RootKind::Budget,
        name: String::new(),
        reference: String::new(),
        starts_on: row.starts_on,
        is_live: true,
    }
}
