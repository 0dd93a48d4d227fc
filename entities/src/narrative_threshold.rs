use sea_orm::entity::prelude::*;

use crate::value::{Instant, Pence};

/// Above which variance of a scheme a return on a fund of an agreement says why, from a day on, as
/// a body has decided. Of two bounds either is enough. Never changed.
#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "narrative_threshold")]
pub struct Model {
    /// Identity.
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Uuid,
    /// The agreement.
    pub agreement_id: Uuid,
    /// The first day on which it holds.
    pub starts_on: Date,
    /// In pence, whichever way the variance goes; none when no amount counts.
    pub amount_pence: Option<Pence>,
    /// In basis points of the budget that the variance is held against; none when none count.
    pub basis_points: Option<i32>,
    /// The cabinet, board or committee that decided (rule G4).
    pub deciding_body: String,
    /// When it decided.
    pub decided_on: Date,
    /// Where the decision is minuted.
    pub minute_reference: String,
    /// The day on which it was recorded.
    pub recorded_on: Date,
    /// When it was recorded.
    pub known_at: Instant,
}

impl ActiveModelBehavior for ActiveModel {}
