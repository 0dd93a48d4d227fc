use sea_orm::entity::prelude::*;

use crate::value::FinancialYear;

/// A code that the world decides on, valid for a run of financial years.
#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "code_list_entry")]
pub struct Model {
    /// Which list: `FUNDING_SOURCE`, `SCHEME_TYPE` or `AREA_OF_SPEND`.
    #[sea_orm(primary_key, auto_increment = false)]
    pub list: String,
    /// The code.
    #[sea_orm(primary_key, auto_increment = false)]
    pub code: String,
    /// The first year in which it may be used.
    #[sea_orm(primary_key, auto_increment = false)]
    pub valid_from: FinancialYear,
    /// The last year in which it may be used.
    pub valid_to: Option<FinancialYear>,
    /// What it stands for.
    pub label: String,
    /// Of a funding source: whether it may fund only the scheme types named for it.
    pub is_ring_fenced: bool,
}

impl ActiveModelBehavior for ActiveModel {}
