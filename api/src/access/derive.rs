//! Keeps the access rows of an agreement and its funds, and of contracts, as the relations on record
//! say. Called in the transaction that changes one of them, and only for what is touched.

mod budget;
mod contract;
mod facts;
mod link;
mod touched;

pub use budget::{budgets, expected_budget};
pub use contract::{contracts, expected_contract, under as contracts_under};
pub use link::{expected_link, links};
pub use touched::opened;

pub(super) use facts::{successions, with_predecessors};

use std::collections::{BTreeMap, BTreeSet};

use chrono::NaiveDate;
use domain::policy::{
    Standing,
    derive::{self as policy, Access},
    matrix::FieldGroup,
};
use entities::{
    access::{self, RootKind, Window, Windows},
    access_window, partnership_agreement,
    value::FinancialYear,
};
use sea_orm::{
    ActiveModelTrait, ColumnTrait, ConnectionTrait, DbErr, EntityTrait, IntoActiveModel,
    QueryFilter, QueryOrder, QuerySelect,
};
use uuid::Uuid;

use super::facts::{takeovers, whole};
use crate::database::HOLDING;

/// How many rows one statement writes: engines limit the values that it may carry.
const BATCH: usize = 500;

/// The access rows of one agreement and its funds, as they should be.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Derived {
    /// Who sees which root.
    pub access: Vec<access::Model>,
    /// By which relations, and when.
    pub windows: Vec<access_window::Model>,
}

/// Holds an agreement until the transaction ends: of two that change its relations the second
/// waits, and derives from what the first has left.
///
/// # Errors
/// A fault of the database.
#[expect(clippy::disallowed_methods, reason = "derives what every view is made of")]
pub async fn hold(connection: &impl ConnectionTrait, agreement: Uuid) -> Result<(), DbErr> {
    partnership_agreement::Entity::find_by_id(agreement)
        .lock(HOLDING)
        .one(connection)
        .await
        .map(drop)
}

/// Derives the access to an agreement and its funds anew, and keeps it.
///
/// # Errors
/// A fault of the database.
pub async fn agreement(connection: &impl ConnectionTrait, id: Uuid) -> Result<(), DbErr> {
    hold(connection, id).await?;
    contract::take_turns(connection, &BTreeSet::from([id])).await?;
    let Some(roots) = facts::roots(connection, id).await? else { return Ok(()) };
    let ids: Vec<Uuid> = roots.iter().map(|root| root.id).collect();
    let derived = derived(connection, id, &roots).await?;
    let before = kept_of(connection, id).await?;
    keep(connection, &ids, &derived, &BTreeSet::new()).await?;
    // Whoever stands to the agreement stands to the contracts under it.
    if before != derived.windows_of(id) {
        let under = contract::under(connection, id).await?;
        Box::pin(contract::contracts(connection, &under)).await?;
    }
    Ok(())
}

/// The windows that are kept of a root, in a stable order.
#[expect(clippy::disallowed_methods, reason = "derives what every view is made of")]
async fn kept_of(
    connection: &impl ConnectionTrait,
    root: Uuid,
) -> Result<Vec<access_window::Model>, DbErr> {
    access_window::Entity::find()
        .filter(access_window::Column::RootId.eq(root))
        .order_by_asc(access_window::Column::HolderId)
        .order_by_asc(access_window::Column::Number)
        .all(&whole(connection))
        .await
}

/// Puts what was derived of some roots in the place of what is kept of them. Of `drafts` nobody is told
/// in the feed of changes that its view of them begins.
async fn keep(
    connection: &impl ConnectionTrait,
    roots: &[Uuid],
    derived: &Derived,
    drafts: &BTreeSet<Uuid>,
) -> Result<(), DbErr> {
    for some in roots.chunks(BATCH) {
        access::Entity::delete_many()
            .filter(access::Column::RootId.is_in(some.iter().copied()))
            .exec(&whole(connection))
            .await?;
        access_window::Entity::delete_many()
            .filter(access_window::Column::RootId.is_in(some.iter().copied()))
            .exec(&whole(connection))
            .await?;
    }
    for rows in derived.access.chunks(BATCH) {
        let rows = rows.iter().cloned().map(|row| row.into_active_model().reset_all());
        access::Entity::insert_many(rows).exec_without_returning(&whole(connection)).await?;
    }
    for rows in derived.windows.chunks(BATCH) {
        let rows = rows.iter().cloned().map(|row| row.into_active_model().reset_all());
        access_window::Entity::insert_many(rows).exec_without_returning(&whole(connection)).await?;
    }
    touched::touched(connection, roots, derived, drafts).await
}

/// What the access to an agreement and its funds should be; none when there is no such agreement.
///
/// # Errors
/// A fault of the database.
pub async fn expected(
    connection: &impl ConnectionTrait,
    agreement: Uuid,
) -> Result<Option<Derived>, DbErr> {
    match facts::roots(connection, agreement).await? {
        Some(roots) => derived(connection, agreement, &roots).await.map(Some),
        None => Ok(None),
    }
}

/// Derives anew the access to every agreement in which one of `organisations` stands in a
/// relation: they were closed, or took over from others.
///
/// # Errors
/// A fault of the database.
pub async fn of_organisations(
    connection: &impl ConnectionTrait,
    organisations: &BTreeSet<Uuid>,
) -> Result<(), DbErr> {
    let related = facts::with_predecessors(connection, organisations).await?;
    for id in facts::agreements_of(connection, &related).await? {
        agreement(connection, id).await?;
    }
    let contracts = contract::of_parties(connection, &related).await?;
    contract::contracts(connection, &contracts).await?;
    let sold_or_bought = link::of_parties(connection, &related).await?;
    links(connection, &sold_or_bought).await?;
    let held_or_paid = budget::of_holders(connection, &related).await?;
    budgets(connection, &held_or_paid).await
}

/// Derives the access to contracts anew, and to everything under them: links and budgets.
///
/// # Errors
/// A fault of the database.
pub async fn with_chains(
    connection: &impl ConnectionTrait,
    contracts: &[Uuid],
) -> Result<(), DbErr> {
    contract::contracts(connection, contracts).await?;
    for some in contracts.chunks(BATCH) {
        let (under, within) = takeovers::chains_of(connection, some).await?;
        links(connection, &under).await?;
        budgets(connection, &within).await?;
    }
    Ok(())
}

impl Derived {
    /// The windows of a root, in a stable order.
    fn windows_of(&self, root: Uuid) -> Vec<access_window::Model> {
        let mut own: Vec<_> = self.windows.iter().filter(|row| row.root_id == root).collect();
        own.sort_by_key(|row| (row.holder_id, row.number));
        own.into_iter().cloned().collect()
    }
}

/// One agreement, fund or contract, with the keys of its list.
pub(crate) struct Root {
    id: Uuid,
    kind: RootKind,
    name: String,
    reference: String,
    starts_on: NaiveDate,
    is_live: bool,
}

async fn derived(
    connection: &impl ConnectionTrait,
    agreement: Uuid,
    roots: &[Root],
) -> Result<Derived, DbErr> {
    let branch = facts::branch(connection, agreement, roots).await?;
    Ok(rows(roots, &policy::derive(&branch)))
}

fn rows(roots: &[Root], access: &Access) -> Derived {
    let roots: BTreeMap<Uuid, &Root> = roots.iter().map(|root| (root.id, root)).collect();
    let mut derived = Derived::default();
    for ((holder, root), windows) in access {
        let Some(root) = roots.get(root) else { continue };
        derived.access.push(access_row(*holder, root, windows));
        let numbered = windows.iter().zip(1..);
        derived.windows.extend(numbered.map(|it| window_row((*holder, root.id), it)));
    }
    derived
}

/// The name by which a holder's list is ordered is empty where the holder does not read it.
fn access_row(holder: Uuid, root: &Root, windows: &[Window]) -> access::Model {
    let group = match root.kind {
        RootKind::Agreement => FieldGroup::AgreementTerms,
        RootKind::Fund => FieldGroup::FundTerms,
        RootKind::Contract => FieldGroup::ContractTerms,
        RootKind::Link => FieldGroup::LinkTerms,
        RootKind::Budget => FieldGroup::DelegatedBudgets,
    };
    let reads = Standing::of(windows).reads_summary(group);
    access::Model {
        holder_id: holder,
        root_id: root.id,
        root_kind: root.kind,
        name: if reads { root.name.clone() } else { String::new() },
        reference: root.reference.clone(),
        starts_on: root.starts_on,
        windows: Windows(windows.to_vec()),
    }
}

fn window_row(
    (holder, root): (Uuid, Uuid),
    (window, number): (&Window, i32),
) -> access_window::Model {
    let (from_year, to_year) = years_opened(window.covers_from, window.covers_to);
    access_window::Model {
        holder_id: holder,
        root_id: root,
        number,
        relation: window.relation,
        scheme_id: window.scheme,
        position: window.position,
        acts: window.acts,
        is_live: window.is_live,
        covers_from: window.covers_from,
        covers_to: window.covers_to,
        from_year,
        to_year,
        usable_from: window.usable_from,
        usable_to: window.usable_to,
    }
}

/// The financial years whose first day these days open, as the years in which they start: their
/// figures are cumulative.
pub(crate) fn years_opened(first: NaiveDate, last: NaiveDate) -> (i32, i32) {
    let begins = FinancialYear::of(first);
    let begins_within = i32::from(begins.first_day() < first);
    (begins.start_year() + begins_within, FinancialYear::of(last).start_year())
}
