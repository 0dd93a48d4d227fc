use sea_orm::entity::prelude::*;

/// A partner's part in the cost of a team's post.
#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "team_post_share")]
pub struct Model {
    /// The post.
    #[sea_orm(primary_key, auto_increment = false)]
    pub post_id: Uuid,
    /// Its place, which decides who gets odd pennies (rule M2).
    #[sea_orm(primary_key, auto_increment = false)]
    pub position: i32,
    /// The partner that pays.
    pub partner_id: Uuid,
    /// Its weight; the whole is the sum of the weights.
    pub weight: i64,
}

impl ActiveModelBehavior for ActiveModel {}
