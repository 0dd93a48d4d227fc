use sea_orm::entity::prelude::*;

use crate::value::Instant;

/// That the host's approver approved a return that every partner had agreed.
#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "return_approval")]
pub struct Model {
    /// The return.
    #[sea_orm(primary_key, auto_increment = false)]
    pub return_id: Uuid,
    /// The cabinet, board or committee that decided.
    pub deciding_body: String,
    /// When it decided.
    pub decided_on: Date,
    /// Where it is minuted.
    pub minute_reference: String,
    /// The account that approved it.
    pub approved_by_id: Uuid,
    /// The organisation that it acted as.
    pub approved_as_id: Uuid,
    /// When it was recorded.
    pub approved_at: Instant,
}

impl ActiveModelBehavior for ActiveModel {}
