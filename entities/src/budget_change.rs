use sea_orm::entity::prelude::*;

use crate::value::{FinancialYear, Instant, Pence};

/// A scheme's original budget for a year, and each change since (rule M4).
#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "budget_change")]
pub struct Model {
    /// Identity.
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Uuid,
    /// The scheme.
    pub scheme_id: Uuid,
    /// The year.
    pub financial_year: FinancialYear,
    /// How it came about.
    pub kind: BudgetChangeKind,
    /// The amount added; negative when it is lowered.
    pub amount_pence: Pence,
    /// From when it counts.
    pub effective_on: Date,
    /// When it was recorded.
    pub known_at: Instant,
    /// The movement that it belongs to.
    pub movement_id: Option<Uuid>,
}

impl ActiveModelBehavior for ActiveModel {}

/// How an amount came into a budget.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, EnumIter, DeriveActiveEnum)]
#[sea_orm(rs_type = "String", db_type = "Text")]
pub enum BudgetChangeKind {
    /// As set before or in the year.
    #[sea_orm(string_value = "ORIGINAL")]
    Original,
    /// By a movement between schemes.
    #[sea_orm(string_value = "VIREMENT")]
    Virement,
    /// By a movement in or out of the pool.
    #[sea_orm(string_value = "VARIATION")]
    Variation,
}
