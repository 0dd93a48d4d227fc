use sea_orm::entity::prelude::*;

use crate::value::Instant;

/// That what was published of a contract was withdrawn, and why.
#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "contract_publication_withdrawal")]
pub struct Model {
    /// What was published.
    #[sea_orm(primary_key, auto_increment = false)]
    pub publication_id: Uuid,
    /// Why; said to everybody.
    pub reason: String,
    /// When.
    pub withdrawn_at: Instant,
}

impl ActiveModelBehavior for ActiveModel {}
