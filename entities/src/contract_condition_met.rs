use sea_orm::entity::prelude::*;

use crate::value::Instant;

/// That a condition of a contract was met.
#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "contract_condition_met")]
pub struct Model {
    /// The condition.
    #[sea_orm(primary_key, auto_increment = false)]
    pub condition_id: Uuid,
    /// The day on which it was met.
    pub met_on: Date,
    /// What shows it.
    pub evidence: String,
    /// The day on which it was recorded.
    pub recorded_on: Date,
    /// When it was recorded.
    pub known_at: Instant,
}

impl ActiveModelBehavior for ActiveModel {}
