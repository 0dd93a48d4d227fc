use sea_orm::entity::prelude::*;

use crate::value::Instant;

/// A token that is exchanged once for the next pair.
#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "refresh_token")]
pub struct Model {
    /// SHA-256 of the token; the token itself is never stored.
    #[sea_orm(primary_key, auto_increment = false)]
    pub hash: Vec<u8>,
    /// The session it keeps alive.
    pub session_id: Uuid,
    /// Until when it may be used.
    pub expires_at: Instant,
    /// When it was used; a second use ends the session.
    pub used_at: Option<Instant>,
}

impl ActiveModelBehavior for ActiveModel {}
