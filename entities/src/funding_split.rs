use sea_orm::entity::prelude::*;

use crate::value::{FinancialYear, Instant};

/// Who funds a scheme from which source, from a day on.
#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "funding_split")]
pub struct Model {
    /// Identity.
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Uuid,
    /// The scheme.
    pub scheme_id: Uuid,
    /// The year.
    pub financial_year: FinancialYear,
    /// From when it counts.
    pub effective_on: Date,
    /// When it was recorded.
    pub known_at: Instant,
}

impl ActiveModelBehavior for ActiveModel {}
