use sea_orm::entity::prelude::*;

use crate::value::{Instant, Pence};

/// That something of what was withheld of a contract's pay is given back, or retained for good. Never
/// changed.
#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "pay_withholding_settlement")]
pub struct Model {
    /// The withholding.
    #[sea_orm(primary_key, auto_increment = false)]
    pub withholding_id: Uuid,
    /// Counts what became of it, from 1.
    #[sea_orm(primary_key, auto_increment = false)]
    pub number: i32,
    /// Which of the two.
    pub outcome: SettlementOutcome,
    /// From when.
    pub effective_on: Date,
    /// How much; none when it is all that is left by then, and the withholding ends.
    pub amount_pence: Option<Pence>,
    /// Why.
    pub reason: String,
    /// The letter or report.
    pub document_reference: String,
    /// The body that decided (rule G4).
    pub deciding_body: String,
    /// When it decided.
    pub decided_on: Date,
    /// Where the decision is minuted.
    pub minute_reference: String,
    /// The account that recorded it; none of a token made by the operator.
    pub recorded_by_id: Option<Uuid>,
    /// The organisation that recorded it.
    pub recorded_as_id: Uuid,
    /// The day on which it was recorded.
    pub recorded_on: Date,
    /// When it was recorded.
    pub known_at: Instant,
}

impl ActiveModelBehavior for ActiveModel {}

/// What becomes of something that was withheld.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, EnumIter, DeriveActiveEnum)]
#[sea_orm(rs_type = "String", db_type = "Text")]
pub enum SettlementOutcome {
    /// It is given back.
    #[sea_orm(string_value = "RELEASED")]
    Released,
    /// It is retained for good: it is not due any more.
    #[sea_orm(string_value = "RETAINED")]
    Retained,
}
