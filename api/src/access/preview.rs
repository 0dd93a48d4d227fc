//! What bounds the preview of another organisation's view (rule V7): whoever previews sees in it
//! nothing that it does not see itself.

use domain::policy::Standing;
use entities::{access, pooled_fund as fund, relation::RelationKind};
use sea_orm::{ColumnTrait, ConnectionTrait, DbErr, EntityTrait, QueryFilter, QuerySelect};
use uuid::Uuid;

use super::facts::whole;
use crate::auth::{Preview, Viewer};

/// Fact reader: the agreement with its funds, and the days of it that `viewer` sees as its host; none
/// when it does not host the agreement today.
///
/// # Errors
/// A fault of the database.
#[expect(clippy::disallowed_methods, reason = "the facts that make a viewer")]
pub async fn bounds(
    connection: &impl ConnectionTrait,
    viewer: &Viewer,
    agreement: Uuid,
) -> Result<Option<Preview>, DbErr> {
    let own = access::Entity::find()
        .filter(access::Column::HolderId.eq(viewer.organisation))
        .filter(access::Column::RootId.eq(agreement))
        .one(&whole(connection))
        .await?;
    let Some(own) = own else { return Ok(None) };
    let hosts = Standing::on(viewer.today, &own.windows.0);
    let hosts = hosts.windows().iter().filter(|it| it.relation == RelationKind::Host);
    if !hosts.clone().any(|it| it.acts) {
        return Ok(None);
    }
    let spells = hosts.map(|it| (it.covers_from, it.covers_to)).collect();
    let funds: Vec<Uuid> = fund::Entity::find()
        .select_only()
        .column(fund::Column::Id)
        .filter(fund::Column::AgreementId.eq(agreement))
        .into_tuple()
        .all(&whole(connection))
        .await?;
    let roots = [agreement].into_iter().chain(funds).collect();
    Ok(Some(Preview { by: viewer.organisation, roots, spells }))
}

/// True when `organisation` sees something of the agreement `agreement` or of a fund under it.
///
/// # Errors
/// A fault of the database.
#[expect(clippy::disallowed_methods, reason = "a host sees who stands to what it hosts")]
pub async fn has_view(
    connection: &impl ConnectionTrait,
    organisation: Uuid,
    Preview { roots, .. }: &Preview,
) -> Result<bool, DbErr> {
    let found = access::Entity::find()
        .filter(access::Column::HolderId.eq(organisation))
        .filter(access::Column::RootId.is_in(roots.iter().copied()))
        .one(&whole(connection))
        .await?;
    Ok(found.is_some())
}
