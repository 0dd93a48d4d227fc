use sea_orm::entity::prelude::*;

use crate::value::Instant;

/// That a partner gave notice to leave an agreement.
#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "notice")]
pub struct Model {
    /// Identity.
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Uuid,
    /// The agreement.
    pub agreement_id: Uuid,
    /// The partner.
    pub organisation_id: Uuid,
    /// When it was given.
    pub given_on: Date,
    /// When it takes effect.
    pub takes_effect_on: Date,
    /// Why.
    pub reason: String,
    /// The cabinet, board or committee that decided (rule G4).
    pub deciding_body: String,
    /// When it decided.
    pub decided_on: Date,
    /// Where the decision is minuted.
    pub minute_reference: String,
    /// The account that recorded it.
    pub recorded_by_id: Option<Uuid>,
    /// The organisation for which it was recorded.
    pub recorded_as_id: Uuid,
    /// When it was recorded.
    pub recorded_at: Instant,
}

impl ActiveModelBehavior for ActiveModel {}
