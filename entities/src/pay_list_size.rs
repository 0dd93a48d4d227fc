use sea_orm::entity::prelude::*;

use crate::value::Instant;

/// How many people of a group were on a list on a day (rule C7). A later number of the same day takes
/// its place.
#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "pay_list_size")]
pub struct Model {
    /// Identity.
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Uuid,
    /// The contract.
    pub contract_id: Uuid,
    /// The group.
    pub code: String,
    /// The day of the count.
    pub counted_on: Date,
    /// Its number in the contract, from 1.
    pub number: i32,
    /// How many.
    pub people: i64,
    /// Who counted, and where it is published.
    pub source: String,
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
