use sea_orm::entity::prelude::*;

use crate::value::{Instant, Pence};

/// What was planned to be contributed, and each variation since.
#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "contribution_change")]
pub struct Model {
    /// Identity.
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Uuid,
    /// The contribution.
    pub contribution_id: Uuid,
    /// The plan, or a variation of it.
    pub kind: ContributionChangeKind,
    /// The amount added; negative when a variation lowers it.
    pub amount_pence: Pence,
    /// From when it counts.
    pub effective_on: Date,
    /// When it was recorded.
    pub known_at: Instant,
    /// The movement of budget that it belongs to.
    pub movement_id: Option<Uuid>,
}

impl ActiveModelBehavior for ActiveModel {}

/// How an amount came into a contribution.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, EnumIter, DeriveActiveEnum)]
#[sea_orm(rs_type = "String", db_type = "Text")]
pub enum ContributionChangeKind {
    /// As agreed before the year.
    #[sea_orm(string_value = "PLANNED")]
    Planned,
    /// By an approved variation.
    #[sea_orm(string_value = "VARIED")]
    Varied,
}
