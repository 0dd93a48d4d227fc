use sea_orm::entity::prelude::*;

use crate::value::{Pence, Period};

/// The part of a budget change that falls into one month.
#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "budget_period")]
pub struct Model {
    /// The change.
    #[sea_orm(primary_key, auto_increment = false)]
    pub change_id: Uuid,
    /// 1 to 12.
    #[sea_orm(primary_key, auto_increment = false)]
    pub period: Period,
    /// The month's part; the months add up to the change.
    pub amount_pence: Pence,
}

impl ActiveModelBehavior for ActiveModel {}
