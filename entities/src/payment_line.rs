use sea_orm::entity::prelude::*;

use crate::value::Pence;

/// A line of a payments file that was posted, and what it is known by. Written once.
#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "payment_line")]
pub struct Model {
    /// The fund that it was posted into.
    #[sea_orm(primary_key, auto_increment = false)]
    pub fund_id: Uuid,
    /// Who published it.
    #[sea_orm(primary_key, auto_increment = false)]
    pub publisher: String,
    /// The publisher's transaction number; else the day and the digest of what the line says.
    #[sea_orm(primary_key, auto_increment = false)]
    pub key: String,
    /// Which of the publisher's lines with this key it is, the first being 1.
    #[sea_orm(primary_key, auto_increment = false)]
    pub occurrence: i32,
    /// SHA-256 of the day, the amount and the supplier.
    pub content_hash: Vec<u8>,
    /// When it was paid.
    pub paid_on: Date,
    /// How much; below nothing of a credit.
    pub amount_pence: Pence,
    /// The posting that it became.
    pub transaction_id: Uuid,
}

impl ActiveModelBehavior for ActiveModel {}
