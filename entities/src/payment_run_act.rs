use sea_orm::entity::prelude::*;
use serde::{Deserialize, Serialize};

use crate::value::{Instant, Pence};

/// What was done about one line of a payment run (rule C11), in the order of its numbers.
#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "payment_run_act")]
pub struct Model {
    /// Identity.
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Uuid,
    /// The line.
    pub line_id: Uuid,
    /// Its number on the line, from 1.
    pub number: i32,
    /// What.
    pub kind: LineActKind,
    /// By which of the two sides.
    pub side: LineSide,
    /// How much is queried; none of anything else.
    pub amount_pence: Option<Pence>,
    /// Why it is queried, the answer, or a reference of the payment or the invoice.
    pub reason: Option<String>,
    /// The day on which it was paid, or arrived; none of anything else.
    pub happened_on: Option<Date>,
    /// The transaction by which a payment was posted; none of anything else.
    pub transaction_id: Option<Uuid>,
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

/// What is done about a line.
#[derive(
    Clone,
    Copy,
    Debug,
    PartialEq,
    Eq,
    PartialOrd,
    Ord,
    Hash,
    EnumIter,
    DeriveActiveEnum,
    Serialize,
    Deserialize,
)]
#[sea_orm(rs_type = "String", db_type = "Text")]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum LineActKind {
    /// The payee asks for it.
    #[sea_orm(string_value = "CLAIMED")]
    Claimed,
    /// One side asks the other about it.
    #[sea_orm(string_value = "QUERIED")]
    Queried,
    /// The other side answers.
    #[sea_orm(string_value = "ANSWERED")]
    Answered,
    /// The commissioner accepts it.
    #[sea_orm(string_value = "ACCEPTED")]
    Accepted,
    /// The host paid it.
    #[sea_orm(string_value = "PAID")]
    Paid,
    /// The payee confirms that it arrived.
    #[sea_orm(string_value = "RECONCILED")]
    Reconciled,
}

/// The two sides of a payment.
#[derive(
    Clone,
    Copy,
    Debug,
    PartialEq,
    Eq,
    PartialOrd,
    Ord,
    Hash,
    EnumIter,
    DeriveActiveEnum,
    Serialize,
    Deserialize,
)]
#[sea_orm(rs_type = "String", db_type = "Text")]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum LineSide {
    /// Who pays: the co-ordinating commissioner, and the host of the fund.
    #[sea_orm(string_value = "PAYER")]
    Payer,
    /// Who is paid.
    #[sea_orm(string_value = "PAYEE")]
    Payee,
}
