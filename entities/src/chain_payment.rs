use sea_orm::entity::prelude::*;

use crate::value::{Instant, Pence};

/// That the buyer of a subcontract paid an invoice of its seller (rule C11). Never changed: one that
/// was recorded wrongly is withdrawn, and recorded again.
#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "chain_payment")]
pub struct Model {
    /// Identity.
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Uuid,
    /// The subcontract.
    pub subcontract_id: Uuid,
    /// The invoice, as the seller numbers it.
    pub invoice_reference: String,
    /// Counts how often this invoice was recorded as paid, from 1.
    pub number: i32,
    /// The day on which the buyer received the invoice.
    pub invoice_received_on: Date,
    /// What was paid.
    pub amount_pence: Pence,
    /// The day on which it was paid.
    pub paid_on: Date,
    /// Within how many days of an invoice the subcontract had it paid when this was recorded.
    pub payment_days: Option<i32>,
    /// True when the buyer entered it for a seller without users (rule C10).
    pub on_behalf: bool,
    /// The account that recorded it; none of a program.
    pub recorded_by_id: Option<Uuid>,
    /// The organisation for which it was recorded.
    pub recorded_as_id: Uuid,
    /// The day on which it was recorded.
    pub recorded_on: Date,
    /// When it was recorded.
    pub recorded_at: Instant,
}

impl ActiveModelBehavior for ActiveModel {}
