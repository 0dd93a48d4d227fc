use sea_orm::entity::prelude::*;

use crate::value::{Instant, Pence};

/// What a partner says it withholds of a contribution from a day on, instead of what it said before;
/// nothing when it withholds no more.
#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "contribution_withholding")]
pub struct Model {
    /// Identity.
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Uuid,
    /// The contribution.
    pub contribution_id: Uuid,
    /// How much; nothing when it is released.
    pub amount_pence: Pence,
    /// Why.
    pub reason: String,
    /// From when.
    pub effective_on: Date,
    /// When it was recorded.
    pub known_at: Instant,
}

impl ActiveModelBehavior for ActiveModel {}
