use sea_orm::entity::prelude::*;

/// A scheme type that a ring-fenced source may fund (rule M6).
#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "ring_fence")]
pub struct Model {
    /// The funding source.
    #[sea_orm(primary_key, auto_increment = false)]
    pub source_code: String,
    /// The scheme type.
    #[sea_orm(primary_key, auto_increment = false)]
    pub scheme_type_code: String,
}

impl ActiveModelBehavior for ActiveModel {}
