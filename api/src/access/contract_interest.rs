//! Whom interests in contracts shut out, as the condition of a query (rule G3).

use std::collections::BTreeSet;

use domain::policy::interest::{Asker, Interest};
use entities::{
    contract_interest::{self as interest, InterestManagement},
    contract_interest_withdrawal as withdrawal,
};
use sea_orm::{
    ColumnTrait, Condition, ConnectionTrait, DatabaseBackend, DbErr, EntityTrait, JoinType,
    QueryFilter, QueryOrder, QuerySelect, RelationDef, Select, Statement,
    sea_query::{Expr, ExprTrait, IntoColumnRef, Query, SelectStatement, SimpleExpr},
};
use uuid::Uuid;

use super::facts::whole;
use crate::auth::Viewer;

/// An interest, and that it was withdrawn.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Declared {
    /// The interest.
    pub row: interest::Model,
    /// That it was withdrawn; none while it stands.
    pub withdrawal: Option<withdrawal::Model>,
}

impl Declared {
    /// It, as the policy knows it.
    #[must_use]
    pub fn facts(&self) -> Interest {
        Interest {
            account: self.row.account_id,
            organisation: self.row.organisation_id,
            excludes: self.row.management == InterestManagement::Excluded,
            starts_on: self.row.starts_on,
            is_withdrawn: self.withdrawal.is_some(),
        }
    }
}

/// Who asks, as the policy knows it.
#[must_use]
pub fn asker(viewer: &Viewer) -> Asker {
    Asker { account: viewer.account, organisation: viewer.organisation }
}

/// The interests that were declared in these contracts, the first first, and those of them that were
/// withdrawn: every row through [`whole`], and on PostgreSQL without it those of the acting holder
/// alone.
///
/// # Errors
/// A fault of the database.
pub async fn of(
    connection: &impl ConnectionTrait,
    contracts: &[Uuid],
) -> Result<Vec<Declared>, DbErr> {
    let these = interest::Column::ContractId.is_in(contracts.iter().copied());
    read(connection, found().filter(these)).await
}

/// Fact reader: the interest with this id, whoever sees it.
///
/// # Errors
/// A fault of the database.
pub async fn with_id(
    connection: &impl ConnectionTrait,
    id: Uuid,
) -> Result<Option<Declared>, DbErr> {
    let these = interest::Column::Id.eq(id);
    Ok(read(&whole(connection), found().filter(these)).await?.pop())
}

#[expect(clippy::disallowed_methods, reason = "the caller finds the contracts through its view")]
fn found() -> Select<interest::Entity> {
    interest::Entity::find()
        .order_by_asc(interest::Column::DeclaredAt)
        .order_by_asc(interest::Column::Id)
}

async fn read(
    connection: &impl ConnectionTrait,
    interests: Select<interest::Entity>,
) -> Result<Vec<Declared>, DbErr> {
    let withdrawn: RelationDef = interest::Entity::belongs_to(withdrawal::Entity)
        .from(interest::Column::Id)
        .to(withdrawal::Column::InterestId)
        .into();
    let interests = interests.join(JoinType::LeftJoin, withdrawn).select_also(withdrawal::Entity);
    let rows = interests.all(connection).await?;
    Ok(rows.into_iter().map(|(row, withdrawal)| Declared { row, withdrawal }).collect())
}

/// Lets one at a time declare or withdraw interests in a contract, and nobody decide on it meanwhile:
/// of two at once the second sees what the first has left. SQLite writes in one transaction at a time
/// anyway.
///
/// # Errors
/// A fault of the database.
pub async fn hold(connection: &impl ConnectionTrait, contract: Uuid) -> Result<(), DbErr> {
    wait(connection, SHARED, ANYWHERE).await?;
    wait(connection, ALONE, &contract.to_string()).await
}

/// Lets nobody declare or withdraw an interest in a contract while something is decided on it.
///
/// # Errors
/// A fault of the database.
pub async fn keep(connection: &impl ConnectionTrait, contract: Uuid) -> Result<(), DbErr> {
    wait(connection, SHARED, &contract.to_string()).await
}

/// Lets nobody declare or withdraw an interest in any contract while something is decided on many of
/// them: a turn for each would be more than the server has room for.
///
/// # Errors
/// A fault of the database.
pub async fn keep_all(connection: &impl ConnectionTrait) -> Result<(), DbErr> {
    wait(connection, ALONE, ANYWHERE).await
}

const ALONE: &str = "pg_advisory_xact_lock";
const SHARED: &str = "pg_advisory_xact_lock_shared";
const ANYWHERE: &str = "anywhere";

async fn wait(connection: &impl ConnectionTrait, lock: &str, of: &str) -> Result<(), DbErr> {
    if connection.get_database_backend() != DatabaseBackend::Postgres {
        return Ok(());
    }
    let wait = format!("select {lock}(hashtextextended($1, 0))::text as turn");
    let turn = [format!("interests {of}").into()];
    let turn = Statement::from_sql_and_values(DatabaseBackend::Postgres, wait, turn);
    connection.query_one_raw(turn).await.map(drop)
}

/// That an interest in the contract that `root` names shuts the viewer out.
pub(crate) fn is_shut_out(viewer: &Viewer, root: impl IntoColumnRef) -> SimpleExpr {
    let contract = Expr::col((interest::Entity, interest::Column::ContractId));
    let mut shuts_out = shutting(viewer);
    Expr::exists(shuts_out.expr(Expr::val(1)).and_where(contract.eq(Expr::col(root))).take())
}

/// The contracts out of which interests shut the viewer today.
pub(super) async fn shutting_out(
    connection: &impl ConnectionTrait,
    viewer: &Viewer,
) -> Result<BTreeSet<Uuid>, DbErr> {
    let contract = Expr::col((interest::Entity, interest::Column::ContractId));
    let mut shuts_out = shutting(viewer);
    let rows = whole(connection).query_all(shuts_out.expr_as(contract, "contract")).await?;
    rows.iter().map(|row| row.try_get("", "contract")).collect()
}

/// The interests that shut the viewer out today.
fn shutting(viewer: &Viewer) -> SelectStatement {
    let of = |column| Expr::col((interest::Entity, column));
    let own_account = of(interest::Column::AccountId);
    let whole = Condition::all()
        .add(of(interest::Column::AccountId).is_null())
        .add(of(interest::Column::OrganisationId).eq(viewer.organisation));
    let own = Condition::any()
        .add(whole)
        .add_option(viewer.account.map(|account| own_account.eq(account)));
    let withdrawn = Query::select()
        .expr(Expr::val(1))
        .from(withdrawal::Entity)
        .and_where(
            Expr::col((withdrawal::Entity, withdrawal::Column::InterestId))
                .eq(of(interest::Column::Id)),
        )
        .take();
    Query::select()
        .from(interest::Entity)
        .and_where(interest::Column::Management.eq(InterestManagement::Excluded))
        .and_where(of(interest::Column::StartsOn).lte(viewer.today))
        .cond_where(own)
        .and_where(Expr::exists(withdrawn).not())
        .take()
}
