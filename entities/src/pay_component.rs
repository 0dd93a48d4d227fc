use sea_orm::entity::prelude::*;

/// One component of what a contract pays (rule C4).
#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "pay_component")]
pub struct Model {
    /// Identity.
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Uuid,
    /// The contract.
    pub contract_id: Uuid,
    /// What its parties call it; unique in the contract.
    pub reference: String,
    /// Its name.
    pub name: String,
    /// Its place in the contract, from 1.
    pub position: i32,
    /// The day on which it was recorded.
    pub recorded_on: Date,
}

impl ActiveModelBehavior for ActiveModel {}
