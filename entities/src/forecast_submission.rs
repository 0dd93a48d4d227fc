use sea_orm::entity::prelude::*;

use crate::value::Instant;

/// That the host submitted a forecast, which makes it count.
#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "forecast_submission")]
pub struct Model {
    /// The forecast.
    #[sea_orm(primary_key, auto_increment = false)]
    pub forecast_id: Uuid,
    /// When.
    pub known_at: Instant,
    /// The day on which it was submitted: whoever had left by then is not told of it.
    pub submitted_on: Date,
}

impl ActiveModelBehavior for ActiveModel {}
