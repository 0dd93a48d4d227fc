use std::collections::HashMap;

use chrono::NaiveDate;
use domain::rules::contract::novation as rule;
use entities::{contract, novation, novation_unfolding as unfolding, value::Instant};
use sea_orm::{
    ColumnTrait, ConnectionTrait, DbErr, EntityTrait, QueryFilter, QueryOrder,
    sea_query::{Query, SelectStatement, SimpleExpr},
};
use uuid::Uuid;

use crate::{
    access::{contract::sees_contracts, facts::whole},
    auth::Viewer,
    database::Writing,
};

/// That a contract was replaced, and that it came back.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Novated {
    /// By which, and from when.
    pub row: novation::Model,
    /// That it came back; none while it has not.
    pub unfolding: Option<unfolding::Model>,
}

impl Novated {
    /// True when the contract is replaced on a day, by what was known at an instant, for somebody who
    /// is told what took effect and was recorded by `told_to`.
    #[must_use]
    pub fn stands(&self, told_to: NaiveDate, (day, known_at): (NaiveDate, Instant)) -> bool {
        let is_told = |days: [NaiveDate; 2]| days.into_iter().all(|day| day <= told_to);
        let unfolding = self.unfolding.as_ref();
        let unfolding = unfolding.filter(|it| is_told([it.effective_on, it.recorded_on]));
        let novation = rule::Novation {
            from: self.row.effective_on,
            known_at: self.row.known_at,
            unfolded: unfolding.map(|it| (it.effective_on, it.known_at)),
        };
        let is_told = is_told([self.row.effective_on, self.row.recorded_on]);
        is_told && novation.stands(day, known_at)
    }
}

/// The novations of contracts that the caller has found through its view, by the contract that was
/// replaced, the first first: every row through [`whole`], and without it those of the acting holder.
///
/// # Errors
/// A fault of the database.
pub async fn of_contracts(
    connection: &impl ConnectionTrait,
    contracts: &[Uuid],
) -> Result<HashMap<Uuid, Vec<Novated>>, DbErr> {
    let these = novation::Column::ContractId.is_in(contracts.iter().copied());
    let rows = novated(connection, these).await?;
    let mut of: HashMap<Uuid, Vec<Novated>> = HashMap::new();
    for it in rows {
        of.entry(it.row.contract_id).or_default().push(it);
    }
    Ok(of)
}

/// Which contracts these replaced, which the caller has found through its view: those of them alone
/// that the viewer sees, by reference (rule V1).
///
/// # Errors
/// A fault of the database.
pub async fn replaced_under(
    connection: &impl ConnectionTrait,
    viewer: &Viewer,
    heads: &[Uuid],
) -> Result<HashMap<Uuid, Vec<Novated>>, DbErr> {
    let these = || novation::Column::HeadId.is_in(heads.iter().copied());
    let replaced = those(novation::Column::ContractId, these());
    let seen = sees_contracts(viewer)
        .filter(contract::Column::Id.in_subquery(replaced))
        .order_by_asc(contract::Column::Reference)
        .order_by_asc(contract::Column::Id)
        .all(connection)
        .await?;
    let places: HashMap<Uuid, usize> =
        seen.iter().zip(0..).map(|((row, _), place)| (row.id, place)).collect();
    let mut rows = novated(connection, these()).await?;
    rows.retain(|it| places.contains_key(&it.row.contract_id));
    rows.sort_by_key(|it| (places.get(&it.row.contract_id).copied(), it.row.number));
    let mut of: HashMap<Uuid, Vec<Novated>> = HashMap::new();
    for it in rows {
        of.entry(it.row.head_id).or_default().push(it);
    }
    Ok(of)
}

/// The contracts that a head contract stands in the place of, as far as the viewer sees them.
pub(super) async fn replaced_now(
    tx: &Writing,
    viewer: &Viewer,
    head: Uuid,
) -> Result<Vec<Uuid>, DbErr> {
    let mut of = replaced_under(&**tx, viewer, &[head]).await?;
    let rows = of.remove(&head).unwrap_or_default().into_iter();
    Ok(rows.filter(|it| it.unfolding.is_none()).map(|it| it.row.contract_id).collect())
}

/// Fact reader: by which contracts others are replaced on a day, which are told to whoever is told
/// where those others stand.
///
/// # Errors
/// A fault of the database.
pub async fn replaced_by(
    connection: &impl ConnectionTrait,
    contracts: &[Uuid],
) -> Result<HashMap<Uuid, Vec<Novated>>, DbErr> {
    of_contracts(&whole(connection), contracts).await
}

/// One column of the novations of which something holds.
fn those(column: novation::Column, wanted: SimpleExpr) -> SelectStatement {
    Query::select()
        .column((novation::Entity, column))
        .from(novation::Entity)
        .and_where(wanted)
        .take()
}

#[expect(clippy::disallowed_methods, reason = "the caller found the contracts through its view")]
async fn novated(
    connection: &impl ConnectionTrait,
    wanted: SimpleExpr,
) -> Result<Vec<Novated>, DbErr> {
    let rows = novation::Entity::find()
        .filter(wanted.clone())
        .order_by_asc(novation::Column::ContractId)
        .order_by_asc(novation::Column::Number)
        .all(connection)
        .await?;
    let of_them = those(novation::Column::Id, wanted);
    let unfolded = unfolding::Entity::find()
        .filter(unfolding::Column::NovationId.in_subquery(of_them))
        .all(connection)
        .await?;
    let mut unfolded: HashMap<Uuid, unfolding::Model> =
        unfolded.into_iter().map(|row| (row.novation_id, row)).collect();
    let one = |row: novation::Model| Novated { unfolding: unfolded.remove(&row.id), row };
    Ok(rows.into_iter().map(one).collect())
}
