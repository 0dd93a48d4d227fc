use sea_orm::entity::prelude::*;

use crate::value::Instant;

/// That a dispute is over.
#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "dispute_end")]
pub struct Model {
    /// The dispute.
    #[sea_orm(primary_key, auto_increment = false)]
    pub dispute_id: Uuid,
    /// How it ended.
    pub kind: DisputeEnd,
    /// When.
    pub ended_on: Date,
    /// What was agreed, or why it was withdrawn.
    pub outcome: String,
    /// The account that recorded it.
    pub recorded_by_id: Option<Uuid>,
    /// The organisation for which it was recorded.
    pub recorded_as_id: Uuid,
    /// When it was recorded.
    pub recorded_at: Instant,
}

impl ActiveModelBehavior for ActiveModel {}

/// How a dispute ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, EnumIter, DeriveActiveEnum)]
#[sea_orm(rs_type = "String", db_type = "Text")]
pub enum DisputeEnd {
    /// The partners agreed, or somebody decided for them.
    #[sea_orm(string_value = "RESOLVED")]
    Resolved,
    /// Whoever raised it withdrew it.
    #[sea_orm(string_value = "WITHDRAWN")]
    Withdrawn,
}
