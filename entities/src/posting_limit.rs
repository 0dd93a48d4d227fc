use sea_orm::entity::prelude::*;

use crate::value::{Instant, Pence};

/// Above how much a posting under an agreement needs an approval, from a day on (rule M13).
#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "posting_limit")]
pub struct Model {
    /// Identity.
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Uuid,
    /// The agreement.
    pub agreement_id: Uuid,
    /// The most that is posted without an approval; none when there is no limit any more.
    pub amount_pence: Option<Pence>,
    /// The first day on which it holds.
    pub starts_on: Date,
    /// When it was recorded.
    pub known_at: Instant,
}

impl ActiveModelBehavior for ActiveModel {}
