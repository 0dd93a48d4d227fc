use sea_orm::entity::prelude::*;

use crate::value::Instant;

/// Something that has to be done under an agreement by a day.
#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "due_date")]
pub struct Model {
    /// Identity.
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Uuid,
    /// The agreement.
    pub agreement_id: Uuid,
    /// What sort of thing it is.
    pub kind: DueDateKind,
    /// What it is.
    pub title: String,
    /// The day.
    pub due_on: Date,
    /// The partner that sees to it; none when all do.
    pub owner_id: Option<Uuid>,
    /// The account that recorded it.
    pub recorded_by_id: Option<Uuid>,
    /// The organisation for which it was recorded.
    pub recorded_as_id: Uuid,
    /// When it was recorded.
    pub recorded_at: Instant,
}

impl ActiveModelBehavior for ActiveModel {}

/// What sort of thing is due.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, EnumIter, DeriveActiveEnum)]
#[sea_orm(rs_type = "String", db_type = "Text")]
pub enum DueDateKind {
    /// A meeting of the partners.
    #[sea_orm(string_value = "MEETING")]
    Meeting,
    /// A report to the partners.
    #[sea_orm(string_value = "REPORT")]
    Report,
    /// The setting of a budget.
    #[sea_orm(string_value = "BUDGET_SETTING")]
    BudgetSetting,
    /// A review of the agreement.
    #[sea_orm(string_value = "REVIEW")]
    Review,
}
