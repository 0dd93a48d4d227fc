use sea_orm::entity::prelude::*;

/// Who took over from a body that closed, and when.
#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "organisation_succession")]
pub struct Model {
    /// The body that closed.
    #[sea_orm(primary_key, auto_increment = false)]
    pub predecessor_id: Uuid,
    /// A body that took over from it; there may be several.
    #[sea_orm(primary_key, auto_increment = false)]
    pub successor_id: Uuid,
    /// The first day of the successor's responsibility.
    pub effective_on: Date,
}

impl ActiveModelBehavior for ActiveModel {}
