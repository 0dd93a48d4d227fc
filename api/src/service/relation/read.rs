use std::collections::HashMap;

use entities::{access_grant as grant, relation, succession_takeover as takeover};
use sea_orm::{ColumnTrait, ConnectionTrait, DbErr, EntityTrait, QueryFilter, Value};
use uuid::Uuid;

use crate::{
    access::{
        Seen,
        facts::whole,
        relation::{seen, seen_grant, sees_fund_grants, sees_grants, sees_relations},
    },
    auth::Viewer,
    database::{Cut, Keyset, PageRequest, count_by_parent, cut_by_parent, nested},
};

/// By kind and not by day: nobody learns a day by the order from which it is withheld.
fn order() -> Keyset {
    Keyset::new()
        .ascending((relation::Entity, relation::Column::Kind))
        .ascending((relation::Entity, relation::Column::Id))
}

fn grant_order() -> Keyset {
    Keyset::new()
        .descending((grant::Entity, grant::Column::StartsOn))
        .descending((grant::Entity, grant::Column::Id))
}

/// The values by which a relation has its place in its agreement's list: by kind.
#[must_use]
pub fn place(row: &relation::Model) -> Vec<Value> {
    vec![row.kind.into(), row.id.into()]
}

/// The values by which a grant has its place in its agreement's list: the latest first.
#[must_use]
pub fn grant_place(row: &grant::Model) -> Vec<Value> {
    vec![row.starts_on.into(), row.id.into()]
}

/// A page of the relations to each of these agreements, by kind, in one statement.
///
/// # Errors
/// A fault of the database.
pub async fn list_by_agreement(
    connection: &impl ConnectionTrait,
    viewer: &Viewer,
    agreements: &[Uuid],
    (): (),
    page: &PageRequest,
) -> Result<HashMap<Uuid, Cut<Seen<relation::Model>>>, DbErr> {
    use relation::Column::{AgreementId, Id};
    let wanted = sees_relations(viewer).filter(AgreementId.is_in(agreements.iter().copied()));
    let ids = ((relation::Entity, Id), (relation::Entity, AgreementId));
    let rows = nested(wanted, ids, &order(), page).all(connection).await?;
    let rows = rows.into_iter().map(|row| seen(viewer, row)).collect();
    Ok(cut_by_parent(page, rows, |seen| seen.row.agreement_id))
}

/// How many relations to each of these agreements the viewer sees.
///
/// # Errors
/// A fault of the database.
pub async fn count_by_agreement(
    connection: &impl ConnectionTrait,
    viewer: &Viewer,
    agreements: &[Uuid],
    (): (),
) -> Result<HashMap<Uuid, u64>, DbErr> {
    use relation::Column::{AgreementId, Id};
    let wanted = sees_relations(viewer).filter(AgreementId.is_in(agreements.iter().copied()));
    let ids = ((relation::Entity, Id), (relation::Entity, AgreementId));
    count_by_parent(connection, wanted, ids).await
}

/// A page of the grants under each of these agreements, the latest first, in one statement.
///
/// # Errors
/// A fault of the database.
pub async fn grants_by_agreement(
    connection: &impl ConnectionTrait,
    viewer: &Viewer,
    agreements: &[Uuid],
    (): (),
    page: &PageRequest,
) -> Result<HashMap<Uuid, Cut<Seen<grant::Model>>>, DbErr> {
    use grant::Column::{AgreementId, Id};
    let wanted = sees_grants(viewer).filter(AgreementId.is_in(agreements.iter().copied()));
    let ids = ((grant::Entity, Id), (grant::Entity, AgreementId));
    let rows = nested(wanted, ids, &grant_order(), page).all(connection).await?;
    let rows = rows.into_iter().map(|row| seen_grant(viewer, row)).collect();
    Ok(cut_by_parent(page, rows, |seen| seen.row.agreement_id))
}

/// How many grants under each of these agreements the viewer sees.
///
/// # Errors
/// A fault of the database.
pub async fn count_grants_by_agreement(
    connection: &impl ConnectionTrait,
    viewer: &Viewer,
    agreements: &[Uuid],
    (): (),
) -> Result<HashMap<Uuid, u64>, DbErr> {
    use grant::Column::{AgreementId, Id};
    let wanted = sees_grants(viewer).filter(AgreementId.is_in(agreements.iter().copied()));
    let ids = ((grant::Entity, Id), (grant::Entity, AgreementId));
    count_by_parent(connection, wanted, ids).await
}

/// A page of the grants for each of these funds alone, the latest first, in one statement.
///
/// # Errors
/// A fault of the database.
pub async fn grants_by_fund(
    connection: &impl ConnectionTrait,
    viewer: &Viewer,
    funds: &[Uuid],
    (): (),
    page: &PageRequest,
) -> Result<HashMap<Uuid, Cut<Seen<grant::Model>>>, DbErr> {
    use grant::Column::{FundId, Id};
    let wanted = sees_fund_grants(viewer).filter(FundId.is_in(funds.iter().copied()));
    let ids = ((grant::Entity, Id), (grant::Entity, FundId));
    let rows = nested(wanted, ids, &grant_order(), page).all(connection).await?;
    let rows = rows.into_iter().map(|row| seen_grant(viewer, row)).collect();
    Ok(cut_by_parent(page, rows, |seen: &Seen<grant::Model>| seen.row.fund_id.unwrap_or_default()))
}

/// How many grants for each of these funds alone the viewer sees.
///
/// # Errors
/// A fault of the database.
pub async fn count_grants_by_fund(
    connection: &impl ConnectionTrait,
    viewer: &Viewer,
    funds: &[Uuid],
    (): (),
) -> Result<HashMap<Uuid, u64>, DbErr> {
    use grant::Column::{FundId, Id};
    let wanted = sees_fund_grants(viewer).filter(FundId.is_in(funds.iter().copied()));
    let ids = ((grant::Entity, Id), (grant::Entity, FundId));
    count_by_parent(connection, wanted, ids).await
}

/// Which of several successors was named, by agreement and predecessor, under agreements that the
/// caller has found through its view.
///
/// # Errors
/// A fault of the database.
#[expect(clippy::disallowed_methods, reason = "the caller found the agreements through its view")]
pub async fn takeovers(
    connection: &impl ConnectionTrait,
    agreements: &[Uuid],
) -> Result<HashMap<(Uuid, Uuid), Uuid>, DbErr> {
    let rows = takeover::Entity::find()
        .filter(takeover::Column::AgreementId.is_in(agreements.iter().copied()))
        .all(&whole(connection))
        .await?;
    let named =
        rows.into_iter().map(|row| ((row.agreement_id, row.predecessor_id), row.successor_id));
    Ok(named.collect())
}
