//! Webhooks, and what came of telling them: those of an organisation, for its administrators.

use entities::{webhook, webhook_attempt};
use sea_orm::{
    ColumnTrait, Condition, EntityTrait, JoinType, QueryFilter, QuerySelect, RelationDef, Select,
};

use crate::auth::Viewer;

/// The webhooks that a viewer manages: those of the organisation acted as, when the viewer is one of its
/// administrators.
#[must_use]
#[expect(clippy::disallowed_methods, reason = "this is where unscoped finding is scoped")]
pub fn manages_webhook(viewer: &Viewer) -> Select<webhook::Entity> {
    webhook::Entity::find().filter(manages(viewer))
}

/// What came of telling them.
#[must_use]
#[expect(clippy::disallowed_methods, reason = "this is where unscoped finding is scoped")]
pub fn manages_attempt(viewer: &Viewer) -> Select<webhook_attempt::Entity> {
    let to_webhook: RelationDef = webhook_attempt::Entity::belongs_to(webhook::Entity)
        .from(webhook_attempt::Column::WebhookId)
        .to(webhook::Column::Id)
        .into();
    webhook_attempt::Entity::find().join(JoinType::InnerJoin, to_webhook).filter(manages(viewer))
}

fn manages(viewer: &Viewer) -> Condition {
    let own = viewer.own().filter(|_| viewer.administers());
    Condition::all().add(match own {
        Some(organisation) => webhook::Column::OrganisationId.eq(organisation),
        None => webhook::Column::OrganisationId.is_null(),
    })
}
