use sea_orm::entity::prelude::*;

use crate::value::Instant;

/// That a commissioner decided on a variation of a contract (rules G1 and G4). Never changed.
#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "contract_variation_approval")]
pub struct Model {
    /// The variation.
    #[sea_orm(primary_key, auto_increment = false)]
    pub variation_id: Uuid,
    /// The commissioner.
    #[sea_orm(primary_key, auto_increment = false)]
    pub organisation_id: Uuid,
    /// The body of the commissioner that decided.
    pub deciding_body: String,
    /// When it decided.
    pub decided_on: Date,
    /// Where the decision is minuted.
    pub minute_reference: String,
    /// The day on which it was recorded.
    pub recorded_on: Date,
    /// When it was recorded.
    pub known_at: Instant,
}

impl ActiveModelBehavior for ActiveModel {}
