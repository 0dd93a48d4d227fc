//! Derives every view anew, and compares it with what is kept; names the first difference.

use std::collections::{BTreeMap, BTreeSet};

use entities::{
    access, access_window as window, contract, delegated_budget as budget,
    partnership_agreement as agreement, pooled_fund, subcontract,
};
use sea_orm::{
    ColumnTrait, ConnectionTrait, DbErr, EntityTrait, QueryFilter, QueryOrder, QuerySelect,
    sea_query::Query,
};
use uuid::Uuid;

use crate::access::derive;

/// What was looked at of the views.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Compared {
    /// Agreements.
    pub agreements: u64,
    /// Contracts.
    pub contracts: u64,
    /// Links of supply chains.
    pub links: u64,
    /// Delegated budgets.
    pub budgets: u64,
    /// That a holder sees an agreement, a fund or a contract.
    pub views: u64,
    /// By a relation, for a time.
    pub windows: u64,
}

/// Why the views are not in order.
#[derive(Debug, thiserror::Error)]
pub enum WrongView {
    /// The first difference.
    #[error("the view that {holder} has of {root}: {what}")]
    Discrepancy {
        /// The organisation or team.
        holder: Uuid,
        /// The agreement, fund or contract.
        root: Uuid,
        /// What is wrong.
        what: &'static str,
    },
    /// The database failed.
    #[error("the database failed: {0}")]
    Fault(#[from] DbErr),
}

type Windows = BTreeMap<(Uuid, Uuid, i32), window::Model>;
type Views = BTreeMap<(Uuid, Uuid), access::Model>;

/// Compares the views of every agreement and its funds, and of every contract.
///
/// # Errors
/// The first difference, or a fault of the database.
#[expect(clippy::disallowed_methods, reason = "the operator's check looks at every row")]
pub async fn compare(connection: &impl ConnectionTrait) -> Result<Compared, WrongView> {
    let agreements: Vec<Uuid> = agreement::Entity::find()
        .select_only()
        .column(agreement::Column::Id)
        .order_by_asc(agreement::Column::Id)
        .into_tuple()
        .all(connection)
        .await?;
    let mut compared = Compared::default();
    for id in agreements {
        let Some(expected) = derive::expected(connection, id).await? else { continue };
        let roots = with_funds(connection, id).await?;
        compare_one(connection, &roots, expected, &mut compared).await?;
        compared.agreements += 1;
    }
    let contracts: Vec<Uuid> = contract::Entity::find()
        .select_only()
        .column(contract::Column::Id)
        .order_by_asc(contract::Column::Id)
        .into_tuple()
        .all(connection)
        .await?;
    for id in contracts {
        let expected = derive::expected_contract(connection, id).await?;
        compare_one(connection, &[id], expected, &mut compared).await?;
        compared.contracts += 1;
    }
    let links: Vec<Uuid> = subcontract::Entity::find()
        .select_only()
        .column(subcontract::Column::Id)
        .order_by_asc(subcontract::Column::Id)
        .into_tuple()
        .all(connection)
        .await?;
    for id in links {
        let expected = derive::expected_link(connection, id).await?;
        compare_one(connection, &[id], expected, &mut compared).await?;
        compared.links += 1;
    }
    let budgets: Vec<Uuid> = budget::Entity::find()
        .select_only()
        .column(budget::Column::Id)
        .order_by_asc(budget::Column::Id)
        .into_tuple()
        .all(connection)
        .await?;
    for id in budgets {
        let expected = derive::expected_budget(connection, id).await?;
        compare_one(connection, &[id], expected, &mut compared).await?;
        compared.budgets += 1;
    }
    no_root_is_missing(connection).await?;
    Ok(compared)
}

async fn compare_one(
    connection: &impl ConnectionTrait,
    roots: &[Uuid],
    expected: derive::Derived,
    compared: &mut Compared,
) -> Result<(), WrongView> {
    let (mut views, mut windows) = kept(connection, roots).await?;
    for row in expected.access {
        let (holder, root) = (row.holder_id, row.root_id);
        let what = match views.remove(&(holder, root)) {
            Some(kept) if kept == row => {
                compared.views += 1;
                continue;
            }
            Some(_) => "it is not what the relations on record give",
            None => "it is missing",
        };
        return Err(WrongView::Discrepancy { holder, root, what });
    }
    if let Some((holder, root)) = views.into_keys().next() {
        let what = "no relation on record gives it";
        return Err(WrongView::Discrepancy { holder, root, what });
    }
    for row in expected.windows {
        let (holder, root) = (row.holder_id, row.root_id);
        let what = match windows.remove(&(holder, root, row.number)) {
            Some(kept) if kept == row => {
                compared.windows += 1;
                continue;
            }
            Some(_) => "a window of it is not what the relations on record give",
            None => "a window of it is missing",
        };
        return Err(WrongView::Discrepancy { holder, root, what });
    }
    match windows.into_keys().next() {
        None => Ok(()),
        Some((holder, root, _)) => {
            let what = "no relation on record gives a window of it";
            Err(WrongView::Discrepancy { holder, root, what })
        }
    }
}

#[expect(clippy::disallowed_methods, reason = "the operator's check looks at every row")]
async fn with_funds(
    connection: &impl ConnectionTrait,
    agreement: Uuid,
) -> Result<Vec<Uuid>, DbErr> {
    let funds: Vec<Uuid> = pooled_fund::Entity::find()
        .filter(pooled_fund::Column::AgreementId.eq(agreement))
        .select_only()
        .column(pooled_fund::Column::Id)
        .into_tuple()
        .all(connection)
        .await?;
    Ok([agreement].into_iter().chain(funds).collect())
}

#[expect(clippy::disallowed_methods, reason = "the operator's check looks at every row")]
async fn kept(
    connection: &impl ConnectionTrait,
    roots: &[Uuid],
) -> Result<(Views, Windows), DbErr> {
    let roots: BTreeSet<Uuid> = roots.iter().copied().collect();
    let views = access::Entity::find()
        .filter(access::Column::RootId.is_in(roots.iter().copied()))
        .all(connection)
        .await?;
    let windows =
        window::Entity::find().filter(window::Column::RootId.is_in(roots)).all(connection).await?;
    Ok((
        views.into_iter().map(|row| ((row.holder_id, row.root_id), row)).collect(),
        windows.into_iter().map(|row| ((row.holder_id, row.root_id, row.number), row)).collect(),
    ))
}

/// What is kept is of agreements, funds and contracts that there are.
#[expect(clippy::disallowed_methods, reason = "the operator's check looks at every row")]
async fn no_root_is_missing(connection: &impl ConnectionTrait) -> Result<(), WrongView> {
    let agreements =
        || Query::select().column(agreement::Column::Id).from(agreement::Entity).to_owned();
    let funds =
        || Query::select().column(pooled_fund::Column::Id).from(pooled_fund::Entity).to_owned();
    let contracts =
        || Query::select().column(contract::Column::Id).from(contract::Entity).to_owned();
    let links =
        || Query::select().column(subcontract::Column::Id).from(subcontract::Entity).to_owned();
    let budgets = || Query::select().column(budget::Column::Id).from(budget::Entity).to_owned();
    let view = access::Entity::find()
        .filter(access::Column::RootId.not_in_subquery(agreements()))
        .filter(access::Column::RootId.not_in_subquery(funds()))
        .filter(access::Column::RootId.not_in_subquery(contracts()))
        .filter(access::Column::RootId.not_in_subquery(links()))
        .filter(access::Column::RootId.not_in_subquery(budgets()))
        .order_by_asc(access::Column::RootId)
        .order_by_asc(access::Column::HolderId)
        .one(connection)
        .await?;
    let of_window = window::Entity::find()
        .filter(window::Column::RootId.not_in_subquery(agreements()))
        .filter(window::Column::RootId.not_in_subquery(funds()))
        .filter(window::Column::RootId.not_in_subquery(contracts()))
        .filter(window::Column::RootId.not_in_subquery(links()))
        .filter(window::Column::RootId.not_in_subquery(budgets()))
        .order_by_asc(window::Column::RootId)
        .order_by_asc(window::Column::HolderId)
        .one(connection)
        .await?;
    let found = view.map(|row| (row.holder_id, row.root_id));
    match found.or(of_window.map(|row| (row.holder_id, row.root_id))) {
        None => Ok(()),
        Some((holder, root)) => {
            let what = "there is no such agreement, fund, contract, link or delegated budget";
            Err(WrongView::Discrepancy { holder, root, what })
        }
    }
}
