use sea_orm::entity::prelude::*;

use crate::value::Pence;

/// One line of a transaction: an amount on an account.
#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "ledger_entry")]
pub struct Model {
    /// The transaction.
    #[sea_orm(primary_key, auto_increment = false)]
    pub transaction_id: Uuid,
    /// Its place, from 1.
    #[sea_orm(primary_key, auto_increment = false)]
    pub line: i32,
    /// The account.
    pub account_id: Uuid,
    /// Positive of a debit, negative of a credit.
    pub amount_pence: Pence,
}

impl ActiveModelBehavior for ActiveModel {}
