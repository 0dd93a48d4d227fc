use sea_orm::entity::prelude::*;

use crate::value::{Pence, Period};

/// The expected spend of one scheme in one month.
#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "forecast_line")]
pub struct Model {
    /// The forecast.
    #[sea_orm(primary_key, auto_increment = false)]
    pub forecast_id: Uuid,
    /// The scheme.
    #[sea_orm(primary_key, auto_increment = false)]
    pub scheme_id: Uuid,
    /// 1 to 12.
    #[sea_orm(primary_key, auto_increment = false)]
    pub period: Period,
    /// The expected spend.
    pub amount_pence: Pence,
}

impl ActiveModelBehavior for ActiveModel {}
