use sea_orm::entity::prelude::*;

use crate::value::Instant;

/// A change of what a contract says or costs, as its commissioners decided. Never changed.
#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "contract_variation")]
pub struct Model {
    /// Identity.
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Uuid,
    /// The contract.
    pub contract_id: Uuid,
    /// Its number among the contract's variations, from 1.
    pub number: i32,
    /// What changes, in words.
    pub summary: String,
    /// The first day on which it counts.
    pub effective_on: Date,
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
