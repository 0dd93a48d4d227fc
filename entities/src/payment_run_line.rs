use sea_orm::entity::prelude::*;

use crate::value::{Pence, Period};

/// One line of a payment run (rule C11).
#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "payment_run_line")]
pub struct Model {
    /// Identity.
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Uuid,
    /// The run.
    pub run_id: Uuid,
    /// Its number in the run, from 1.
    pub number: i32,
    /// The component that pays.
    pub component_id: Uuid,
    /// The month that it is for.
    pub period: Period,
    /// What it is.
    pub nature: LineNature,
    /// True when something was run for it before: this is the difference (rule C7).
    pub is_adjustment: bool,
    /// How much, in pence; below nothing when it is taken back.
    pub amount_pence: Pence,
    /// How that came about, as the JSON that is kept.
    pub explanation: String,
}

impl ActiveModelBehavior for ActiveModel {}

/// What a line is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, EnumIter, DeriveActiveEnum)]
#[sea_orm(rs_type = "String", db_type = "Text")]
pub enum LineNature {
    /// Pay that is due.
    #[sea_orm(string_value = "DUE")]
    Due,
    /// Pay before it is known what is earned.
    #[sea_orm(string_value = "ON_ACCOUNT")]
    OnAccount,
    /// What is withheld of it.
    #[sea_orm(string_value = "WITHHELD")]
    Withheld,
    /// What was withheld and is given back.
    #[sea_orm(string_value = "RELEASED")]
    Released,
}
