use sea_orm::entity::prelude::*;

use crate::value::Instant;

/// A key pair that signs access tokens (Ed25519).
#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "signing_key")]
pub struct Model {
    /// The key's id, as tokens name it.
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: String,
    /// PKCS #8.
    pub private_key: Vec<u8>,
    /// The 32 bytes of the public key.
    pub public_key: Vec<u8>,
    /// When it was made; the newest key signs.
    pub created_at: Instant,
    /// When it stopped signing; it is still published until its tokens ended.
    pub retired_at: Option<Instant>,
}

impl ActiveModelBehavior for ActiveModel {}
