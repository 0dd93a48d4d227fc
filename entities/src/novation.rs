use sea_orm::entity::prelude::*;

use crate::value::Instant;

/// That a contract was replaced by another, as its commissioners decided. Never changed: that it came
/// back is a row of its own.
#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "novation")]
pub struct Model {
    /// Identity.
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Uuid,
    /// The contract that takes its place.
    pub head_id: Uuid,
    /// The contract that is replaced.
    pub contract_id: Uuid,
    /// Its number among the novations of the contract that is replaced, from 1.
    pub number: i32,
    /// The first day on which it is replaced.
    pub effective_on: Date,
    /// The deed.
    pub document_reference: String,
    /// The body that decided (rule G4).
    pub deciding_body: String,
    /// When it decided.
    pub decided_on: Date,
    /// Where the decision is minuted.
    pub minute_reference: String,
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
