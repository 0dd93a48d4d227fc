use sea_orm::entity::prelude::*;

/// A budget line of a fund: what is bought.
#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "scheme")]
pub struct Model {
    /// Identity.
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Uuid,
    /// The fund.
    pub fund_id: Uuid,
    /// What the partners call it; unique in the fund.
    pub reference: String,
    /// Its name.
    pub name: String,
    /// The scheme type, from the code list.
    pub scheme_type_code: String,
    /// The area of spend, from the code list.
    pub area_of_spend_code: Option<String>,
    /// The partner that commissions it and whose budget it is when counted by who spends.
    pub commissioner_id: Uuid,
    /// The funded provider, if there is one.
    pub provider_id: Option<Uuid>,
    /// True when it goes on from year to year.
    pub is_recurrent: bool,
    /// True of capital, false of revenue.
    pub is_capital: bool,
    /// First day.
    pub starts_on: Date,
    /// Counts its changes.
    pub version: i32,
}

impl ActiveModelBehavior for ActiveModel {}
