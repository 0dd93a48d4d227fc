//! Which delegated budgets a viewer sees, and what of them: those that it holds, those of contracts to
//! which it stands in a relation that reads at least a summary of them, and of others what it was paid.

use std::collections::BTreeMap;

use domain::policy::matrix::FieldGroup;
use entities::{
    access::{self, Window, Windows},
    delegated_budget as budget, delegated_budget_amount as amount,
    delegated_budget_version as version, delegated_spending as spending,
};
use sea_orm::{
    ColumnTrait, Condition, ConnectionTrait, DbErr, EntityTrait, FromQueryResult, JoinType,
    QueryFilter, QueryOrder, QuerySelect, RelationDef, Select,
    sea_query::{Alias, Expr, ExprTrait, IntoColumnRef, IntoCondition},
};
use uuid::Uuid;

use super::{Seen, Through, facts::whole, owners, readers, summarisers};
use crate::auth::Viewer;

const GROUP: FieldGroup = FieldGroup::DelegatedBudgets;

/// The place of who holds a budget among those whom it is about; who was paid from it comes after.
pub const HOLDER_PLACE: i32 = 0;

const ROOT: (budget::Entity, budget::Column) = (budget::Entity, budget::Column::Id);

/// The access row of the contract, beside that of the budget.
const OF_CONTRACT: &str = "of_contract";
/// The access row of the budget.
const OF_BUDGET: &str = "of_budget";

/// A version of a budget, with the amounts that it names.
pub type VersionRows = (version::Model, Vec<amount::Model>);

/// A budget that a viewer sees, with what it sees of it.
#[derive(Clone, Debug)]
pub struct SeenBudget {
    /// The budget, and how the viewer stands to it: by the contract, and as its holder.
    pub seen: Seen<budget::Model>,
    /// What was decided about it and is read, the first first.
    pub versions: Vec<VersionRows>,
    /// What was spent of it and is read, in the order of recording.
    pub spending: Vec<spending::Model>,
}

#[derive(FromQueryResult)]
struct Row {
    #[sea_orm(nested)]
    budget: budget::Model,
    own_windows: Option<Windows>,
    contract_windows: Option<Windows>,
}

/// The budgets within these contracts that the viewer sees, in the order of recording.
///
/// # Errors
/// A fault of the database.
pub async fn of_contracts(
    connection: &impl ConnectionTrait,
    viewer: &Viewer,
    contracts: &[Uuid],
) -> Result<Vec<SeenBudget>, DbErr> {
    let wanted = budget::Column::ContractId.is_in(contracts.iter().copied());
    read(connection, viewer, sees_budgets(viewer).filter(wanted)).await
}

/// Those of these budgets that the viewer sees.
///
/// # Errors
/// A fault of the database.
pub async fn with_ids(
    connection: &impl ConnectionTrait,
    viewer: &Viewer,
    ids: &[Uuid],
) -> Result<Vec<SeenBudget>, DbErr> {
    let wanted = budget::Column::Id.is_in(ids.iter().copied());
    read(connection, viewer, sees_budgets(viewer).filter(wanted)).await
}

/// The budgets that the viewer holds, in the order of recording.
///
/// # Errors
/// A fault of the database.
pub async fn held(
    connection: &impl ConnectionTrait,
    viewer: &Viewer,
) -> Result<Vec<SeenBudget>, DbErr> {
    let held = Through::any_of(viewer, ROOT, &owners(GROUP)).in_this_place(HOLDER_PLACE);
    read(connection, viewer, sees_budgets(viewer).filter(held.holds())).await
}

/// What the viewer was paid from budgets, whoever holds them, in the order of recording.
///
/// # Errors
/// A fault of the database.
pub async fn paid(
    connection: &impl ConnectionTrait,
    viewer: &Viewer,
) -> Result<Vec<spending::Model>, DbErr> {
    sees_spending(viewer)
        .filter(was_paid(viewer).holds())
        .order_by_asc(spending::Column::RecordedAt)
        .order_by_asc(spending::Column::Id)
        .all(connection)
        .await
}

/// Those of these statements of what was spent that the viewer sees.
///
/// # Errors
/// A fault of the database.
pub async fn spending_with_ids(
    connection: &impl ConnectionTrait,
    viewer: &Viewer,
    ids: &[Uuid],
) -> Result<Vec<spending::Model>, DbErr> {
    let wanted = spending::Column::Id.is_in(ids.iter().copied());
    sees_spending(viewer).filter(wanted).all(connection).await
}

/// What took these statements back, as far as the viewer sees it.
///
/// # Errors
/// A fault of the database.
pub async fn reversals_of(
    connection: &impl ConnectionTrait,
    viewer: &Viewer,
    ids: &[Uuid],
) -> Result<Vec<spending::Model>, DbErr> {
    let wanted = spending::Column::ReversesId.is_in(ids.iter().copied());
    sees_spending(viewer).filter(wanted).all(connection).await
}

/// Fact reader: every budget within a contract that the caller has found through its view, or through
/// that of one of them, with its versions.
///
/// # Errors
/// A fault of the database.
#[expect(clippy::disallowed_methods, reason = "a reviewed reader: rules hold over all rows")]
pub async fn whole_of(
    connection: &impl ConnectionTrait,
    contract: Uuid,
) -> Result<Vec<(budget::Model, Vec<VersionRows>)>, DbErr> {
    let rows = budget::Entity::find()
        .filter(budget::Column::ContractId.eq(contract))
        .order_by_asc(budget::Column::RecordedAt)
        .order_by_asc(budget::Column::Id)
        .all(&whole(connection))
        .await?;
    let ids: Vec<Uuid> = rows.iter().map(|row| row.id).collect();
    let versions = version::Entity::find().filter(version::Column::BudgetId.is_in(ids.clone()));
    let mut of = with_amounts(&whole(connection), versions, &ids).await?;
    let with_versions = |row: budget::Model| of.remove(&row.id).map(|versions| (row, versions));
    Ok(rows.into_iter().filter_map(with_versions).collect())
}

/// Fact reader: everything that was recorded as spent of a budget that the caller has found through its
/// view.
///
/// # Errors
/// A fault of the database.
#[expect(clippy::disallowed_methods, reason = "a reviewed reader: rules hold over all rows")]
pub async fn whole_spending(
    connection: &impl ConnectionTrait,
    budget: Uuid,
) -> Result<Vec<spending::Model>, DbErr> {
    spending::Entity::find()
        .filter(spending::Column::BudgetId.eq(budget))
        .order_by_asc(spending::Column::Number)
        .all(&whole(connection))
        .await
}

/// The budgets that the viewer sees, each beside how it stands to it as its holder (`own_windows`) and
/// to its contract (`contract_windows`). What came after the end of its relation does not appear.
#[expect(clippy::disallowed_methods, reason = "this is where unscoped finding is scoped")]
fn sees_budgets(viewer: &Viewer) -> Select<budget::Entity> {
    let holder = viewer.holder();
    let own =
        move |_, access| Expr::col((access, access::Column::HolderId)).eq(holder).into_condition();
    let root = |column: budget::Column| {
        let joined: RelationDef = budget::Entity::belongs_to(access::Entity)
            .from(column)
            .to(access::Column::RootId)
            .into();
        joined.on_condition(own)
    };
    let column = |table: &'static str, column| Expr::col((Alias::new(table), column));
    let recorded_on = (budget::Entity, budget::Column::RecordedOn);
    let contract = (budget::Entity, budget::Column::ContractId);
    let by_contract = Through::any_of(viewer, contract, &summarisers(GROUP)).from(recorded_on);
    budget::Entity::find()
        .join_as(JoinType::LeftJoin, root(budget::Column::Id), OF_BUDGET)
        .join_as(JoinType::LeftJoin, root(budget::Column::ContractId), OF_CONTRACT)
        .expr_as(column(OF_BUDGET, access::Column::Windows), "own_windows")
        .expr_as(column(OF_CONTRACT, access::Column::Windows), "contract_windows")
        .filter(
            Condition::any().add(by_contract.cuts()).add(holds(viewer, ROOT, recorded_on).cuts()),
        )
        .order_by_asc(budget::Column::RecordedAt)
        .order_by_asc(budget::Column::Id)
}

/// That the viewer holds the budget that `budget` names, and did when something was recorded on a day.
fn holds(viewer: &Viewer, budget: impl IntoColumnRef, recorded_on: impl IntoColumnRef) -> Through {
    Through::any_of(viewer, budget, &owners(GROUP)).in_this_place(HOLDER_PLACE).from(recorded_on)
}

/// That the viewer was paid what is asked about, and was who it is when that was recorded.
fn was_paid(viewer: &Viewer) -> Through {
    let of = |column| (spending::Entity, column);
    Through::any_of(viewer, of(spending::Column::BudgetId), &owners(GROUP))
        .in_place(of(spending::Column::PayeePosition))
        .from(of(spending::Column::RecordedOn))
        .previewed_on(of(spending::Column::SpentOn))
}

/// The versions that the viewer reads: all of a budget that it holds, and of others those that were
/// recorded by its last day.
#[expect(clippy::disallowed_methods, reason = "this is where unscoped finding is scoped")]
fn sees_versions(viewer: &Viewer) -> Select<version::Entity> {
    let recorded_on = (version::Entity, version::Column::RecordedOn);
    let contract = (budget::Entity, budget::Column::ContractId);
    let by_contract = Through::any_of(viewer, contract, &readers(GROUP)).from(recorded_on);
    let of_budget: RelationDef = version::Entity::belongs_to(budget::Entity)
        .from(version::Column::BudgetId)
        .to(budget::Column::Id)
        .into();
    version::Entity::find().join(JoinType::InnerJoin, of_budget).filter(
        Condition::any().add(by_contract.cuts()).add(holds(viewer, ROOT, recorded_on).cuts()),
    )
}

/// What was spent and the viewer reads: of a budget that it holds, of what it was paid itself, and of
/// contracts what was spent and recorded in its days.
#[expect(clippy::disallowed_methods, reason = "this is where unscoped finding is scoped")]
fn sees_spending(viewer: &Viewer) -> Select<spending::Entity> {
    let of = |column| (spending::Entity, column);
    let (recorded_on, spent_on) = (of(spending::Column::RecordedOn), of(spending::Column::SpentOn));
    let contract = (budget::Entity, budget::Column::ContractId);
    let by_contract =
        Through::any_of(viewer, contract, &readers(GROUP)).on(spent_on).from(recorded_on);
    let held = holds(viewer, of(spending::Column::BudgetId), recorded_on).previewed_on(spent_on);
    let of_budget: RelationDef = spending::Entity::belongs_to(budget::Entity)
        .from(spending::Column::BudgetId)
        .to(budget::Column::Id)
        .into();
    // Whoever was paid does not read the budget.
    spending::Entity::find().join(JoinType::LeftJoin, of_budget).filter(
        Condition::any().add(by_contract.cuts()).add(held.cuts()).add(was_paid(viewer).cuts()),
    )
}

async fn read(
    connection: &impl ConnectionTrait,
    viewer: &Viewer,
    budgets: Select<budget::Entity>,
) -> Result<Vec<SeenBudget>, DbErr> {
    let rows = budgets.into_model::<Row>().all(connection).await?;
    let ids: Vec<Uuid> = rows.iter().map(|row| row.budget.id).collect();
    if ids.is_empty() {
        return Ok(Vec::new());
    }
    let versions =
        sees_versions(viewer).filter(version::Column::BudgetId.is_in(ids.iter().copied()));
    let mut versions = with_amounts(connection, versions, &ids).await?;
    let spent = sees_spending(viewer)
        .filter(spending::Column::BudgetId.is_in(ids.iter().copied()))
        .order_by_asc(spending::Column::Number);
    let mut spending: BTreeMap<Uuid, Vec<spending::Model>> = BTreeMap::new();
    for row in spent.all(connection).await? {
        spending.entry(row.budget_id).or_default().push(row);
    }
    let seen = |row: Row| {
        let windows = standing_by(row.own_windows, row.contract_windows);
        let (versions, spending) =
            (versions.remove(&row.budget.id), spending.remove(&row.budget.id));
        SeenBudget {
            seen: Seen::by(viewer, row.budget, &windows),
            versions: versions.unwrap_or_default(),
            spending: spending.unwrap_or_default(),
        }
    };
    Ok(rows.into_iter().map(seen).collect())
}

/// How somebody stands to a budget by its access rows: to its contract, and as who holds it. Whoever
/// was paid from it stands to what it was paid only.
fn standing_by(own: Option<Windows>, of_contract: Option<Windows>) -> Vec<Window> {
    let own = own.unwrap_or_default().0.into_iter();
    let held = own.filter(|it| it.position == Some(HOLDER_PLACE));
    of_contract.unwrap_or_default().0.into_iter().chain(held).collect()
}

/// These versions with their amounts, by budget, the first first.
#[expect(clippy::disallowed_methods, reason = "amounts of versions that were found")]
async fn with_amounts(
    connection: &impl ConnectionTrait,
    versions: Select<version::Entity>,
    budgets: &[Uuid],
) -> Result<BTreeMap<Uuid, Vec<VersionRows>>, DbErr> {
    let named = amount::Entity::find()
        .filter(amount::Column::BudgetId.is_in(budgets.iter().copied()))
        .order_by_asc(amount::Column::FinancialYear);
    let mut amounts: BTreeMap<(Uuid, i32), Vec<amount::Model>> = BTreeMap::new();
    for row in named.all(connection).await? {
        amounts.entry((row.budget_id, row.version)).or_default().push(row);
    }
    let mut of: BTreeMap<Uuid, Vec<VersionRows>> = BTreeMap::new();
    for row in versions.order_by_asc(version::Column::Number).all(connection).await? {
        let own = amounts.remove(&(row.budget_id, row.number)).unwrap_or_default();
        of.entry(row.budget_id).or_default().push((row, own));
    }
    Ok(of)
}
