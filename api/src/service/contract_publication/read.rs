use std::collections::HashMap;

use entities::{
    contract_publication as publication, contract_publication_withdrawal as withdrawal,
    value::FinancialYear,
};
use sea_orm::{
    ColumnTrait, ConnectionTrait, DbErr, EntityTrait, JoinType, PaginatorTrait, QueryFilter,
    QueryOrder, QuerySelect, SelectTwo, Value,
};
use uuid::Uuid;

use super::Content;
use crate::database::{Cut, Keyset, PageRequest};

/// A publication of a contract as everybody may read it.
#[derive(Clone, Debug)]
pub struct Published {
    /// The row.
    pub row: publication::Model,
    /// Its withdrawal, if it was withdrawn.
    pub withdrawal: Option<withdrawal::Model>,
    /// What was published; none when it was withdrawn.
    pub content: Option<Content>,
}

/// All publications of contracts: they are for everybody. Nothing else is joined to them.
#[expect(clippy::disallowed_methods, reason = "what is published is for everybody")]
fn all(year: Option<FinancialYear>) -> SelectTwo<publication::Entity, withdrawal::Entity> {
    let withdrawn = publication::Entity::belongs_to(withdrawal::Entity)
        .from(publication::Column::Id)
        .to(withdrawal::Column::PublicationId)
        .into();
    let mut query = publication::Entity::find().join(JoinType::LeftJoin, withdrawn);
    if let Some(year) = year {
        query = query.filter(publication::Column::FinancialYear.eq(year));
    }
    query.select_also(withdrawal::Entity)
}

fn published(
    (row, withdrawal): (publication::Model, Option<withdrawal::Model>),
) -> Result<Published, DbErr> {
    let content = match &withdrawal {
        Some(_) => None,
        None => serde_json::from_str(&row.content)
            .map_err(|why| DbErr::Custom(format!("publication of a contract {}: {why}", row.id)))?,
    };
    Ok(Published { row, withdrawal, content })
}

/// The values by which a publication has its place in the list.
#[must_use]
pub fn place(published: &Published) -> Vec<Value> {
    vec![published.row.published_at.into(), published.row.id.into()]
}

/// A page of what was published, the last first; of one year where it is said.
///
/// # Errors
/// A fault of the database.
pub async fn list(
    connection: &impl ConnectionTrait,
    year: Option<FinancialYear>,
    page: &PageRequest,
) -> Result<Cut<Published>, DbErr> {
    let order = Keyset::new()
        .descending((publication::Entity, publication::Column::PublishedAt))
        .descending((publication::Entity, publication::Column::Id));
    let rows = order.page(all(year), page).all(connection).await?;
    let rows = rows.into_iter().map(published).collect::<Result<_, _>>()?;
    Ok(page.cut(rows))
}

/// What was published of each of these contracts, the last first.
///
/// # Errors
/// A fault of the database.
pub async fn of_contracts(
    connection: &impl ConnectionTrait,
    contracts: &[Uuid],
) -> Result<HashMap<Uuid, Vec<Published>>, DbErr> {
    let rows = all(None)
        .filter(publication::Column::ContractId.is_in(contracts.iter().copied()))
        .order_by_desc(publication::Column::PublishedAt)
        .order_by_desc(publication::Column::Id)
        .all(connection)
        .await?;
    let mut of: HashMap<Uuid, Vec<Published>> = HashMap::new();
    for row in rows {
        of.entry(row.0.contract_id).or_default().push(published(row)?);
    }
    Ok(of)
}

/// How many publications there are.
///
/// # Errors
/// A fault of the database.
pub async fn count(
    connection: &impl ConnectionTrait,
    year: Option<FinancialYear>,
) -> Result<u64, DbErr> {
    all(year).count(connection).await
}

/// The publication with this identity.
///
/// # Errors
/// A fault of the database.
pub async fn find(connection: &impl ConnectionTrait, id: Uuid) -> Result<Option<Published>, DbErr> {
    let found = all(None).filter(publication::Column::Id.eq(id)).one(connection).await?;
    found.map(published).transpose()
}
