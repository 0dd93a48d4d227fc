use sea_orm::entity::prelude::*;

use crate::value::Instant;

/// A secret that a service account exchanges for access tokens, for a time.
#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "service_account_key")]
pub struct Model {
    /// Identity, as its tokens name it.
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Uuid,
    /// Whose.
    pub service_account_id: Uuid,
    /// SHA-256 of the secret; the secret itself is never stored.
    pub hash: Vec<u8>,
    /// When it was issued.
    pub created_at: Instant,
    /// Until when it is good, at most 365 days later.
    pub expires_at: Instant,
    /// When it was revoked.
    pub revoked_at: Option<Instant>,
    /// The last day on which it was exchanged.
    pub last_used_on: Option<Date>,
}

impl ActiveModelBehavior for ActiveModel {}
