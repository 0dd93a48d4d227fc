use sea_orm::entity::prelude::*;

use crate::{value::Instant, webhook::WebhookOutcome};

/// One attempt to tell a webhook something. The last few are kept.
#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "webhook_attempt")]
pub struct Model {
    /// Identity.
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Uuid,
    /// The webhook.
    pub webhook_id: Uuid,
    /// The message, which has the same identity each time that it is sent.
    pub message_id: Uuid,
    /// Whether it was a ping, which tells of no change.
    pub is_ping: bool,
    /// How many changes it told of.
    pub changes: i32,
    /// When it began.
    pub began_at: Instant,
    /// How long it took.
    pub took_ms: i32,
    /// What came of it.
    pub outcome: WebhookOutcome,
    /// The status of the answer, where there was one.
    pub http_status: Option<i32>,
}

impl ActiveModelBehavior for ActiveModel {}
