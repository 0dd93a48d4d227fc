use sea_orm::entity::prelude::*;

use crate::value::Instant;

/// What has to be so before a contract's services may begin.
#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "contract_condition")]
pub struct Model {
    /// Identity.
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Uuid,
    /// The contract.
    pub contract_id: Uuid,
    /// Its number among the contract's conditions, from 1.
    pub number: i32,
    /// What has to be so.
    pub description: String,
    /// The day by which it has to be so, if any.
    pub due_on: Option<Date>,
    /// The day on which it was recorded.
    pub recorded_on: Date,
    /// When it was recorded.
    pub known_at: Instant,
}

impl ActiveModelBehavior for ActiveModel {}
