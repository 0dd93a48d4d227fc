use std::collections::HashMap;

use entities::{
    webhook::{self, Column},
    webhook_attempt,
};
use sea_orm::{
    ColumnTrait, ConnectionTrait, DbErr, PaginatorTrait, QueryFilter, QueryOrder, Value,
};
use uuid::Uuid;

use super::{manages_attempt, manages_webhook};
use crate::{
    auth::Viewer,
    database::{Cut, Keyset, PageRequest},
};

/// The webhook with this identity, if the viewer manages it.
///
/// # Errors
/// A fault of the database.
pub async fn by_id(
    connection: &impl ConnectionTrait,
    viewer: &Viewer,
    id: Uuid,
) -> Result<Option<webhook::Model>, DbErr> {
    manages_webhook(viewer).filter(Column::Id.eq(id)).one(connection).await
}

/// A page of the webhooks that the viewer manages, oldest first.
///
/// # Errors
/// A fault of the database.
pub async fn list(
    connection: &impl ConnectionTrait,
    viewer: &Viewer,
    page: &PageRequest,
) -> Result<Cut<webhook::Model>, DbErr> {
    let order = Keyset::new().ascending((webhook::Entity, Column::Id));
    Ok(page.cut(order.page(manages_webhook(viewer), page).all(connection).await?))
}

/// How many webhooks the viewer manages.
///
/// # Errors
/// A fault of the database.
pub async fn count(connection: &impl ConnectionTrait, viewer: &Viewer) -> Result<u64, DbErr> {
    manages_webhook(viewer).count(connection).await
}

/// The values by which a webhook has its place in the list.
#[must_use]
pub fn place(row: &webhook::Model) -> Vec<Value> {
    vec![row.id.into()]
}

/// The attempts that are kept of these webhooks, the last first, as far as the viewer manages them.
///
/// # Errors
/// A fault of the database.
pub async fn attempts_of(
    connection: &impl ConnectionTrait,
    viewer: &Viewer,
    webhooks: &[Uuid],
) -> Result<HashMap<Uuid, Vec<webhook_attempt::Model>>, DbErr> {
    let rows = manages_attempt(viewer)
        .filter(webhook_attempt::Column::WebhookId.is_in(webhooks.iter().copied()))
        .order_by_desc(webhook_attempt::Column::Id)
        .all(connection)
        .await?;
    let mut attempts: HashMap<Uuid, Vec<webhook_attempt::Model>> = HashMap::new();
    for row in rows {
        attempts.entry(row.webhook_id).or_default().push(row);
    }
    Ok(attempts)
}
