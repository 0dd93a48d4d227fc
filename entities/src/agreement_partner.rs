use sea_orm::entity::prelude::*;

/// A partner of an agreement.
#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "agreement_partner")]
pub struct Model {
    /// The agreement.
    #[sea_orm(primary_key, auto_increment = false)]
    pub agreement_id: Uuid,
    /// The partner.
    #[sea_orm(primary_key, auto_increment = false)]
    pub organisation_id: Uuid,
    /// Its place in the agreement's list, which decides who gets odd pennies (rule M2).
    pub position: i32,
    /// First day as a partner.
    pub joined_on: Date,
    /// Last day as a partner, if it has left.
    pub left_on: Option<Date>,
}

impl ActiveModelBehavior for ActiveModel {}
