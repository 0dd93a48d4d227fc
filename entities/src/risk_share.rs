use sea_orm::entity::prelude::*;

/// That the partners of an agreement share what some of its funds over- or underspend.
#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "risk_share")]
pub struct Model {
    /// Identity.
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Uuid,
    /// The agreement.
    pub agreement_id: Uuid,
    /// What the partners call it; unique in the agreement.
    pub reference: String,
    /// Its name.
    pub name: String,
    /// The day on which it was recorded.
    pub recorded_on: Date,
}

impl ActiveModelBehavior for ActiveModel {}
