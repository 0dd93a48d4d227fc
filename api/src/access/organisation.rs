//! Which organisations a viewer sees: all of them. Every signed-in organisation reads
//! organisations; who they are is published.

use entities::organisation;
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter, Select};

use crate::auth::Viewer;

/// The organisations that the viewer sees. A placeholder that was merged is seen as the body that
/// it turned out to be.
#[must_use]
#[expect(clippy::disallowed_methods, reason = "this is where unscoped finding is scoped")]
pub fn sees_organisations(_: &Viewer) -> Select<organisation::Entity> {
    organisation::Entity::find().filter(organisation::Column::MergedIntoId.is_null())
}
