use sea_orm::entity::prelude::*;
use serde::{Deserialize, Serialize};

use crate::value::Instant;

/// A provider of a contract, for a time.
#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "contract_provider")]
pub struct Model {
    /// Identity.
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Uuid,
    /// The contract.
    pub contract_id: Uuid,
    /// The provider; it may be a placeholder.
    pub organisation_id: Uuid,
    /// What it is among the providers.
    pub role: ProviderRole,
    /// Its place in the list.
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

/// What a provider is among the providers of a contract.
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
pub enum ProviderRole {
    /// It holds the contract and answers for it.
    #[sea_orm(string_value = "LEAD")]
    Lead,
    /// It holds the contract together with others.
    #[sea_orm(string_value = "MEMBER")]
    Member,
}
