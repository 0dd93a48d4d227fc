use sea_orm::entity::prelude::*;

use crate::value::Instant;

/// Somebody, or something, that signs in.
#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "account")]
pub struct Model {
    /// Identity; the only name under which people appear in the record.
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Uuid,
    /// The address it signs in with, in lower case.
    pub email: String,
    /// Argon2id, in PHC form.
    pub password_hash: String,
    /// When it was shut out.
    pub disabled_at: Option<Instant>,
}

impl ActiveModelBehavior for ActiveModel {}
