use sea_orm::entity::prelude::*;

/// That an act waits for its seal.
#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "audit_unsealed")]
pub struct Model {
    /// The act.
    #[sea_orm(primary_key, auto_increment = false)]
    pub act_id: Uuid,
}

impl ActiveModelBehavior for ActiveModel {}
