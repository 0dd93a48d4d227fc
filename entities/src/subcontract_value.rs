use sea_orm::entity::prelude::*;

use crate::value::{FinancialYear, Instant, Pence};

/// What a subcontract is worth in one financial year: an amount, or a range of basis points of the
/// value above it. Never changed: a later version of all its years takes its place.
#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "subcontract_value")]
pub struct Model {
    /// The subcontract.
    #[sea_orm(primary_key, auto_increment = false)]
    pub subcontract_id: Uuid,
    /// The version of its values, from 1.
    #[sea_orm(primary_key, auto_increment = false)]
    pub version: i32,
    /// The year.
    #[sea_orm(primary_key, auto_increment = false)]
    pub financial_year: FinancialYear,
    /// The amount; none of a range.
    pub amount_pence: Option<Pence>,
    /// The lower end of a range.
    pub from_basis_points: Option<i64>,
    /// The upper end of a range, with which it counts.
    pub to_basis_points: Option<i64>,
    /// When it was recorded.
    pub recorded_at: Instant,
}

impl ActiveModelBehavior for ActiveModel {}
