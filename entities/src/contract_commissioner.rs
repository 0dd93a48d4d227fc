use sea_orm::entity::prelude::*;
use serde::{Deserialize, Serialize};

use crate::value::Instant;

/// A commissioner of a contract, for a time (rule C1).
#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "contract_commissioner")]
pub struct Model {
    /// Identity.
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Uuid,
    /// The contract.
    pub contract_id: Uuid,
    /// The commissioner; it may be a placeholder.
    pub organisation_id: Uuid,
    /// What it is among the commissioners.
    pub role: CommissionerRole,
    /// Its share, as a weight; none while shares are not agreed.
    pub weight: Option<i64>,
    /// What all weights add up to.
    pub weight_total: Option<i64>,
    /// Its place in the list, which decides who gets odd pennies (rule M2).
    pub position: i32,
    /// The first day on which it is a party, which may precede the contract's own.
    pub starts_on: Date,
    /// Its last day as a party, if it has one; before the first of one that was taken back.
    pub ends_on: Option<Date>,
    /// The day on which it was recorded.
    pub recorded_on: Date,
    /// When it was recorded.
    pub known_at: Instant,
    /// When its last day was recorded.
    pub end_known_at: Option<Instant>,
}

impl ActiveModelBehavior for ActiveModel {}

/// What a commissioner is among the commissioners of a contract.
#[derive(
    Clone,
    Copy,
    Debug,
    PartialEq,
    Eq,
    PartialOrd,
    Ord,
    Hash,
    EnumIter,
    DeriveActiveEnum,
    Serialize,
    Deserialize,
)]
#[sea_orm(rs_type = "String", db_type = "Text")]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum CommissionerRole {
    /// It leads them: one does (rule C1).
    #[sea_orm(string_value = "CO_ORDINATING")]
    CoOrdinating,
    /// It buys together with the others.
    #[sea_orm(string_value = "ASSOCIATE")]
    Associate,
}
