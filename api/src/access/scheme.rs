//! Which schemes a viewer sees: all of its agreements' funds, and of other funds those that pay it.

use entities::{access, scheme};
use sea_orm::{ColumnTrait, Condition, ConnectionTrait, DbErr, QueryFilter, SelectTwo};
use uuid::Uuid;

use super::Seen;
use crate::auth::Viewer;

/// The schemes that the viewer sees.
#[must_use]
pub fn sees_schemes(viewer: &Viewer) -> SelectTwo<scheme::Entity, access::Entity> {
    super::sees::<scheme::Entity>(scheme::Column::FundId, viewer).filter(
        Condition::any()
            .add(access::Column::IsHost.eq(true))
            .add(access::Column::IsPartner.eq(true))
            .add(scheme::Column::ProviderId.eq(viewer.organisation)),
    )
}

/// The scheme with this id, if the viewer sees it.
///
/// # Errors
/// A fault of the database.
pub async fn visible(
    connection: &impl ConnectionTrait,
    viewer: &Viewer,
    id: Uuid,
) -> Result<Option<Seen<scheme::Model>>, DbErr> {
    let found = sees_schemes(viewer).filter(scheme::Column::Id.eq(id)).one(connection).await?;
    Ok(found.map(Seen::from_row))
}
