use sea_orm::entity::prelude::*;

/// People of several partners who act for the partnership in a service area, within limits.
#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "team")]
pub struct Model {
    /// Identity.
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Uuid,
    /// The agreement for which it acts.
    pub agreement_id: Uuid,
    /// Its name.
    pub name: String,
    /// The service area.
    pub service_area: String,
    /// First day.
    pub starts_on: Date,
    /// Last day, if it has one.
    pub ends_on: Option<Date>,
    /// Counts its changes.
    pub version: i32,
}

impl ActiveModelBehavior for ActiveModel {}
