use sea_orm::entity::prelude::*;

/// What an organisation calls one of our objects in a system of its own.
#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "external_reference")]
pub struct Model {
    /// The organisation whose reference it is.
    #[sea_orm(primary_key, auto_increment = false)]
    pub owner_id: Uuid,
    /// The system, as its owner names it.
    #[sea_orm(primary_key, auto_increment = false)]
    pub system: String,
    /// The reference, unique within owner and system.
    #[sea_orm(primary_key, auto_increment = false)]
    pub value: String,
    /// What it refers to.
    pub object_id: Uuid,
}

impl ActiveModelBehavior for ActiveModel {}
