use sea_orm::entity::prelude::*;

use crate::value::{FinancialYear, Pence};

/// How much a version of a delegated budget says for one financial year. A year that a version does not
/// name stays as it was; after a withdrawal nothing is left of it.
#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "delegated_budget_amount")]
pub struct Model {
    /// The budget.
    #[sea_orm(primary_key, auto_increment = false)]
    pub budget_id: Uuid,
    /// The version.
    #[sea_orm(primary_key, auto_increment = false)]
    pub version: i32,
    /// The year.
    #[sea_orm(primary_key, auto_increment = false)]
    pub financial_year: FinancialYear,
    /// How much, in pence: nothing or more.
    pub amount_pence: Pence,
}

impl ActiveModelBehavior for ActiveModel {}
