use sea_orm::entity::prelude::*;

use crate::value::Instant;

/// What was said of a payment after it was recorded (rule C11). Never changed.
#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "chain_payment_act")]
pub struct Model {
    /// The payment.
    #[sea_orm(primary_key, auto_increment = false)]
    pub payment_id: Uuid,
    /// Counts what was said of it, from 1.
    #[sea_orm(primary_key, auto_increment = false)]
    pub number: i32,
    /// What was said.
    pub kind: ChainPaymentActKind,
    /// The day on which the seller received the money, of what it confirmed.
    pub received_on: Option<Date>,
    /// Why, of what was contested or withdrawn.
    pub reason: Option<String>,
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

/// What was said of a payment.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, EnumIter, DeriveActiveEnum)]
#[sea_orm(rs_type = "String", db_type = "Text")]
pub enum ChainPaymentActKind {
    /// The seller confirmed it.
    #[sea_orm(string_value = "CONFIRMED")]
    Confirmed,
    /// The seller contested it.
    #[sea_orm(string_value = "CONTESTED")]
    Contested,
    /// The buyer withdrew it: it was recorded wrongly.
    #[sea_orm(string_value = "WITHDRAWN")]
    Withdrawn,
}
