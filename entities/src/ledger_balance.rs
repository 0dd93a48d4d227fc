use sea_orm::entity::prelude::*;

use crate::value::{FinancialYear, Pence, Period};

/// The sum of an account's entries by period of effect and month of recording.
#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "ledger_balance")]
pub struct Model {
    /// The fund.
    #[sea_orm(primary_key, auto_increment = false)]
    pub fund_id: Uuid,
    /// The year of effect.
    #[sea_orm(primary_key, auto_increment = false)]
    pub financial_year: FinancialYear,
    /// The period of effect.
    #[sea_orm(primary_key, auto_increment = false)]
    pub period: Period,
    /// The month of recording.
    #[sea_orm(primary_key, auto_increment = false)]
    pub known_month: i32,
    /// The account.
    #[sea_orm(primary_key, auto_increment = false)]
    pub account_id: Uuid,
    /// The sum.
    pub amount_pence: Pence,
    /// How many entries it sums.
    pub entries: i64,
}

impl ActiveModelBehavior for ActiveModel {}
