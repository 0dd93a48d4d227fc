use sea_orm::entity::prelude::*;

use crate::value::Instant;

/// The rule of a risk share as agreed, from a day on (rule R5). Never changed.
#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "risk_share_version")]
pub struct Model {
    /// Identity.
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Uuid,
    /// The risk share.
    pub risk_share_id: Uuid,
    /// Its number in the risk share, from 1.
    pub number: i32,
    /// The first day on which it is in force.
    pub effective_on: Date,
    /// The rule, as canonical JSON.
    pub content: String,
    /// SHA-256 of the content.
    pub content_hash: Vec<u8>,
    /// The cabinet, board or committee that decided (rule G4).
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
