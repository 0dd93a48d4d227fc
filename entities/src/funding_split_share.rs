use sea_orm::entity::prelude::*;

/// One part of a funding split.
#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "funding_split_share")]
pub struct Model {
    /// The split.
    #[sea_orm(primary_key, auto_increment = false)]
    pub split_id: Uuid,
    /// Its place, which decides who gets odd pennies (rule M2).
    #[sea_orm(primary_key, auto_increment = false)]
    pub position: i32,
    /// The partner that funds.
    pub partner_id: Uuid,
    /// From which source.
    pub source_code: String,
    /// Its weight; the whole is the sum of the weights.
    pub weight: i64,
}

impl ActiveModelBehavior for ActiveModel {}
