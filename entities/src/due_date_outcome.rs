use sea_orm::entity::prelude::*;

use crate::value::Instant;

/// That something due was done, or that it need not be.
#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "due_date_outcome")]
pub struct Model {
    /// What was due.
    #[sea_orm(primary_key, auto_increment = false)]
    pub due_date_id: Uuid,
    /// Done, or not to be done.
    pub outcome: DueDateOutcome,
    /// On which day.
    pub happened_on: Date,
    /// What shows it: a minute, a document, or why not.
    pub evidence: String,
    /// The account that recorded it.
    pub recorded_by_id: Option<Uuid>,
    /// The organisation for which it was recorded.
    pub recorded_as_id: Uuid,
    /// When it was recorded.
    pub recorded_at: Instant,
}

impl ActiveModelBehavior for ActiveModel {}

/// What became of something due.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, EnumIter, DeriveActiveEnum)]
#[sea_orm(rs_type = "String", db_type = "Text")]
pub enum DueDateOutcome {
    /// It was done.
    #[sea_orm(string_value = "MET")]
    Met,
    /// It need not be done.
    #[sea_orm(string_value = "CANCELLED")]
    Cancelled,
}
