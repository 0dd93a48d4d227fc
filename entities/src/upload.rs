use sea_orm::entity::prelude::*;

use crate::value::Instant;

/// A file on its way to the import that uses it: its organisation's alone, for a day at most.
#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "upload")]
pub struct Model {
    /// Identity.
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Uuid,
    /// The organisation that it belongs to.
    pub organisation_id: Uuid,
    /// The account that sent it, where an account did.
    pub uploaded_by_id: Option<Uuid>,
    /// The file.
    pub content: Vec<u8>,
    /// When it had arrived.
    pub uploaded_at: Instant,
}

impl ActiveModelBehavior for ActiveModel {}
