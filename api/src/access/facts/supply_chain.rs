//! The whole of a supply chain, over which its rules are computed (rule C2).

use std::collections::{BTreeMap, HashMap};

use domain::{
    policy::derive::{ALWAYS, FOREVER},
    rules::supply_chain::{Head, Link, Term, YearlyValue},
};
use entities::{
    contract_value, subcontract as link, subcontract_value as value,
    value::{FinancialYear, Pence},
};
use sea_orm::{
    ColumnTrait, ConnectionTrait, DatabaseBackend, DbErr, EntityTrait, QueryFilter, QueryOrder,
    Statement, sea_query::Query,
};
use uuid::Uuid;

use super::{contracts::ContractFacts, whole};

/// Of two that change one chain the second waits until the first has ended, and looks at what it
/// left. A buyer deep in the chain may not hold the head contract's row. SQLite writes in one
/// transaction at a time anyway.
///
/// # Errors
/// A fault of the database.
pub async fn hold(connection: &impl ConnectionTrait, contract: Uuid) -> Result<(), DbErr> {
    if connection.get_database_backend() != DatabaseBackend::Postgres {
        return Ok(());
    }
    let wait = "select pg_advisory_xact_lock(hashtextextended($1, 0))::text as turn";
    let turn = [format!("supply chain {contract}").into()];
    let turn = Statement::from_sql_and_values(DatabaseBackend::Postgres, wait, turn);
    connection.query_one_raw(turn).await.map(drop)
}

/// Fact reader: every link under a head contract with its values that count, parents before what
/// stands under them.
///
/// # Errors
/// A fault of the database.
#[expect(clippy::disallowed_methods, reason = "rules of a chain hold over all of it")]
pub async fn of_contract(
    connection: &impl ConnectionTrait,
    contract: Uuid,
) -> Result<Vec<(link::Model, Vec<value::Model>)>, DbErr> {
    let links = link::Entity::find()
        .filter(link::Column::ContractId.eq(contract))
        .order_by_asc(link::Column::Tier)
        .order_by_asc(link::Column::Id)
        .all(&whole(connection))
        .await?;
    let under = Query::select()
        .column(link::Column::Id)
        .from(link::Entity)
        .and_where(link::Column::ContractId.eq(contract))
        .to_owned();
    let values = value::Entity::find()
        .filter(value::Column::SubcontractId.in_subquery(under))
        .all(&whole(connection))
        .await?;
    let mut of: HashMap<(Uuid, Option<i32>), Vec<value::Model>> = HashMap::new();
    for row in values {
        of.entry((row.subcontract_id, Some(row.version))).or_default().push(row);
    }
    let with_values = |row: link::Model| {
        let values = of.remove(&(row.id, row.value_version)).unwrap_or_default();
        (row, values)
    };
    Ok(links.into_iter().map(with_values).collect())
}

/// The head contract as its chain depends on it: by everything that is on record of it.
#[must_use]
pub fn head(facts: &ContractFacts, contractors: Vec<Uuid>) -> Head {
    let said = facts.terms.iter().max_by_key(|it| (it.effective_on, it.number));
    let (first, last) = said.map_or((None, None), |it| (it.starts_on, it.ends_on));
    let mut of_year: BTreeMap<FinancialYear, &contract_value::Model> = BTreeMap::new();
    for row in &facts.values {
        let known = of_year.entry(row.financial_year).or_insert(row);
        if known.version < row.version {
            *known = row;
        }
    }
    let values: BTreeMap<FinancialYear, Pence> =
        of_year.into_iter().map(|(year, row)| (year, row.amount_pence)).collect();
    Head {
        contractors,
        term: Term { first: first.unwrap_or(ALWAYS), last: last.unwrap_or(FOREVER) },
        values,
        floor: said.map_or(0, |it| it.floor_basis_points),
    }
}

/// What a link is worth in a year.
#[must_use]
pub fn of_year(row: &value::Model) -> Option<(FinancialYear, YearlyValue)> {
    let exact = row.amount_pence.map(YearlyValue::Exact);
    let range = row.from_basis_points.zip(row.to_basis_points);
    let value = exact.or(range.map(|(from, to)| YearlyValue::Share { from, to }));
    value.map(|value| (row.financial_year, value))
}

/// A link as the rules know it.
#[must_use]
pub fn link(row: &link::Model, values: &[value::Model]) -> Link {
    Link {
        id: row.id,
        parent: row.parent_id,
        buyer: row.buyer_id,
        seller: row.seller_id,
        term: Term { first: row.starts_on, last: row.ends_on },
        values: values.iter().filter_map(of_year).collect(),
        floor: row.floor_basis_points,
        is_refused: row.approval == link::Approval::Refused,
    }
}
