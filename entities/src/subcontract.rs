use sea_orm::entity::prelude::*;

use crate::value::Instant;

/// A link of a supply chain: a contract by which a lead provider, or a subcontractor, buys part of
/// the service (rule C2).
#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "subcontract")]
pub struct Model {
    /// Identity.
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Uuid,
    /// The head contract of its chain.
    pub contract_id: Uuid,
    /// The subcontract above it; none directly under the head contract.
    pub parent_id: Option<Uuid>,
    /// One more than the tier above; the head contract is at tier 0.
    pub tier: i32,
    /// Who buys.
    pub buyer_id: Uuid,
    /// Who sells.
    pub seller_id: Uuid,
    /// What the buyer calls it: unique among its own.
    pub reference: String,
    /// What is sold.
    pub service: String,
    /// First day.
    pub starts_on: Date,
    /// Last day; an earlier end moves it.
    pub ends_on: Date,
    /// True when the commissioner has to approve it (rule C3).
    pub is_material: bool,
    /// True when its value is open to everybody above in its chain.
    pub is_open_book: bool,
    /// What its seller has to keep itself, in basis points of the year's value.
    pub floor_basis_points: i64,
    /// Within how many days of an invoice its buyer pays.
    pub payment_days: Option<i32>,
    /// True when the buyer entered it for a seller without users (rule C10).
    pub on_behalf: bool,
    /// How its seller stands to what its buyer recorded.
    pub confirmation: Confirmation,
    /// What the commissioner decided.
    pub approval: Approval,
    /// The day on which the commissioner decided.
    pub decided_on: Option<Date>,
    /// The version of its values that counts; none while no value is recorded.
    pub value_version: Option<i32>,
    /// The day on which its values were last changed; none of those that were recorded with it.
    pub value_changed_on: Option<Date>,
    /// Counts the changes.
    pub version: i32,
    /// The day on which it was recorded.
    pub recorded_on: Date,
    /// The day on which something was last said or decided about it.
    pub changed_on: Date,
    /// When it was recorded.
    pub recorded_at: Instant,
}

impl ActiveModelBehavior for ActiveModel {}

/// How a seller stands to a subcontract that its buyer recorded.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, EnumIter, DeriveActiveEnum)]
#[sea_orm(rs_type = "String", db_type = "Text")]
pub enum Confirmation {
    /// Its buyer recorded it, and the seller has said nothing.
    #[sea_orm(string_value = "RECORDED")]
    Recorded,
    /// The seller confirmed it.
    #[sea_orm(string_value = "CONFIRMED")]
    Confirmed,
    /// The seller contested it.
    #[sea_orm(string_value = "CONTESTED")]
    Contested,
}

/// What the commissioner decided about a subcontract.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, EnumIter, DeriveActiveEnum)]
#[sea_orm(rs_type = "String", db_type = "Text")]
pub enum Approval {
    /// It is not material: there is nothing to decide.
    #[sea_orm(string_value = "NOT_NEEDED")]
    NotNeeded,
    /// It is material, and not decided.
    #[sea_orm(string_value = "AWAITED")]
    Awaited,
    /// The commissioner approved it.
    #[sea_orm(string_value = "APPROVED")]
    Approved,
    /// The commissioner refused it.
    #[sea_orm(string_value = "REFUSED")]
    Refused,
}
