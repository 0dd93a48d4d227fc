use sea_orm::entity::prelude::*;

use crate::value::Instant;

/// An access token of no session that is not accepted any more.
#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "revoked_token")]
pub struct Model {
    /// The token's own identity.
    #[sea_orm(primary_key, auto_increment = false)]
    pub jti: Uuid,
    /// When it would have ended by itself.
    pub expires_at: Instant,
}

impl ActiveModelBehavior for ActiveModel {}
