//! What bounds the preview of another organisation's view (rule V7): whoever previews sees in it
//! nothing that it does not see itself.

use domain::policy::Standing;
use entities::{
    access, contract, delegated_budget as budget, pooled_fund as fund, relation::RelationKind,
    subcontract as link,
};
use sea_orm::{
    ColumnTrait, Condition, ConnectionTrait, DbErr, EntityTrait, QueryFilter, QuerySelect,
    sea_query::Query,
};
use uuid::Uuid;

use super::{contract::previews, facts::whole};
use crate::auth::{Preview, Viewer, token::PreviewOf};

/// Fact reader: what is previewed with everything under it, and the days of it that `viewer` sees: the
/// agreement that it hosts today, or the contract whose commissioners it leads; none when it does not,
/// or an interest shuts it out of the contract.
///
/// # Errors
/// A fault of the database.
pub async fn bounds(
    connection: &impl ConnectionTrait,
    viewer: &Viewer,
    of: PreviewOf,
) -> Result<Option<Preview>, DbErr> {
    let connection = &whole(connection);
    let (root, stands_as) = match of {
        PreviewOf::Agreement(id) => (id, RelationKind::Host),
        PreviewOf::Contract(id) => (id, RelationKind::CoordinatingCommissioner),
    };
    let Some(spells) = spells(connection, viewer, (root, stands_as)).await? else {
        return Ok(None);
    };
    let contracts: Vec<Uuid> = previews(viewer, of)
        .select_only()
        .column(contract::Column::Id)
        .into_tuple()
        .all(connection)
        .await?;
    let mut roots = contracts.clone();
    match of {
        PreviewOf::Agreement(id) => roots.extend(with_funds(connection, id).await?),
        PreviewOf::Contract(id) if !contracts.contains(&id) => return Ok(None),
        PreviewOf::Contract(_) => {}
    }
    roots.extend(budgets(connection, &contracts).await?);
    Ok(Some(Preview { by: viewer.organisation, stands_as, roots, contracts, spells }))
}

/// The spells of days that the viewer sees of a root as it stands to it; none when it does not act so
/// today.
#[expect(clippy::disallowed_methods, reason = "the facts that make a viewer")]
async fn spells(
    connection: &impl ConnectionTrait,
    viewer: &Viewer,
    (root, stands_as): (Uuid, RelationKind),
) -> Result<Option<Vec<(chrono::NaiveDate, chrono::NaiveDate)>>, DbErr> {
    let own = access::Entity::find()
        .filter(access::Column::HolderId.eq(viewer.organisation))
        .filter(access::Column::RootId.eq(root))
        .one(connection)
        .await?;
    let standing = own.map(|own| Standing::on(viewer.today, &own.windows.0)).unwrap_or_default();
    let stands = standing.windows().iter().filter(|it| it.relation == stands_as);
    let acts = stands.clone().any(|it| it.acts);
    Ok(acts.then(|| stands.map(|it| (it.covers_from, it.covers_to)).collect()))
}

#[expect(clippy::disallowed_methods, reason = "the facts that make a viewer")]
async fn with_funds(
    connection: &impl ConnectionTrait,
    agreement: Uuid,
) -> Result<Vec<Uuid>, DbErr> {
    let funds: Vec<Uuid> = fund::Entity::find()
        .select_only()
        .column(fund::Column::Id)
        .filter(fund::Column::AgreementId.eq(agreement))
        .into_tuple()
        .all(connection)
        .await?;
    Ok([agreement].into_iter().chain(funds).collect())
}

#[expect(clippy::disallowed_methods, reason = "the facts that make a viewer")]
async fn budgets(
    connection: &impl ConnectionTrait,
    contracts: &[Uuid],
) -> Result<Vec<Uuid>, DbErr> {
    if contracts.is_empty() {
        return Ok(Vec::new());
    }
    budget::Entity::find()
        .select_only()
        .column(budget::Column::Id)
        .filter(budget::Column::ContractId.is_in(contracts.iter().copied()))
        .into_tuple()
        .all(connection)
        .await
}

/// That a root is what is previewed, or under it.
pub(super) fn is_previewed(preview: &Preview, root: impl ColumnTrait) -> Condition {
    let any = Condition::any().add(root.is_in(preview.roots.iter().copied()));
    if preview.contracts.is_empty() {
        return any;
    }
    let links = Query::select()
        .column((link::Entity, link::Column::Id))
        .from(link::Entity)
        .and_where(link::Column::ContractId.is_in(preview.contracts.iter().copied()))
        .take();
    any.add(root.in_subquery(links))
}

/// True when `organisation` sees something of what is previewed.
///
/// # Errors
/// A fault of the database.
#[expect(clippy::disallowed_methods, reason = "who previews sees who stands to it")]
pub async fn has_view(
    connection: &impl ConnectionTrait,
    organisation: Uuid,
    preview: &Preview,
) -> Result<bool, DbErr> {
    let found = access::Entity::find()
        .filter(access::Column::HolderId.eq(organisation))
        .filter(is_previewed(preview, access::Column::RootId))
        .one(&whole(connection))
        .await?;
    Ok(found.is_some())
}
