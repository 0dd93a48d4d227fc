use sea_orm::entity::prelude::*;

use crate::value::{FinancialYear, Instant, Pence};

/// A dispute between partners of an agreement.
#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "dispute")]
pub struct Model {
    /// Identity.
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Uuid,
    /// The agreement.
    pub agreement_id: Uuid,
    /// The fund, when it is about one.
    pub fund_id: Option<Uuid>,
    /// The year, when it is about one.
    pub financial_year: Option<FinancialYear>,
    /// The amount, when it is about one.
    pub amount_pence: Option<Pence>,
    /// The partner that raised it.
    pub raised_by_id: Uuid,
    /// When.
    pub raised_on: Date,
    /// What it is about.
    pub matter: String,
    /// The ladder by which it goes.
    pub ladder_version: i32,
    /// The account that recorded it.
    pub recorded_by_id: Option<Uuid>,
    /// The organisation for which it was recorded.
    pub recorded_as_id: Uuid,
    /// When it was recorded.
    pub recorded_at: Instant,
}

impl ActiveModelBehavior for ActiveModel {}
