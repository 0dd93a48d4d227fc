use sea_orm::entity::prelude::*;

/// Why a scheme varies from its budget, as the host says it in a return.
#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "fund_return_narrative")]
pub struct Model {
    /// The return.
    #[sea_orm(primary_key, auto_increment = false)]
    pub return_id: Uuid,
    /// The scheme.
    #[sea_orm(primary_key, auto_increment = false)]
    pub scheme_id: Uuid,
    /// What the host says.
    pub narrative: String,
}

impl ActiveModelBehavior for ActiveModel {}
