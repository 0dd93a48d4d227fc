use sea_orm::entity::prelude::*;

use crate::value::Instant;

/// What a contract is to achieve, as agreed from a day on. Never changed.
#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "outcome_framework")]
pub struct Model {
    /// Identity.
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Uuid,
    /// The contract.
    pub contract_id: Uuid,
    /// Its number in the contract, from 1.
    pub number: i32,
    /// The first day on which it counts.
    pub effective_on: Date,
    /// Domains and measures, as JSON.
    pub content: String,
    /// The body that decided (rule G4); none of a draft.
    pub deciding_body: Option<String>,
    /// When it decided.
    pub decided_on: Option<Date>,
    /// Where the decision is minuted.
    pub minute_reference: Option<String>,
    /// The account that recorded it; none of a token made by the operator.
    pub recorded_by_id: Option<Uuid>,
    /// The organisation that recorded it.
    pub recorded_as_id: Uuid,
    /// The day on which it was recorded.
    pub recorded_on: Date,
    /// When it was recorded.
    pub known_at: Instant,
}

impl ActiveModelBehavior for ActiveModel {}
