use sea_orm::entity::prelude::*;
use serde::{Deserialize, Serialize};

use crate::value::{Instant, Pence};

/// A guarantee that a contract asks for. One that nobody gave yet is open.
#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "contract_guarantee")]
pub struct Model {
    /// Identity.
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Uuid,
    /// The contract.
    pub contract_id: Uuid,
    /// Its number among the contract's guarantees, from 1.
    pub number: i32,
    /// What kind of guarantee it is.
    pub kind: GuaranteeKind,
    /// What it covers, where that is to be said.
    pub description: Option<String>,
    /// For how much, in pence, where that is to be said.
    pub amount_pence: Option<Pence>,
    /// The day on which it was recorded.
    pub recorded_on: Date,
    /// When it was recorded.
    pub known_at: Instant,
}

impl ActiveModelBehavior for ActiveModel {}

/// What kind of guarantee a contract asks for.
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
pub enum GuaranteeKind {
    /// A parent company answers for the provider.
    #[sea_orm(string_value = "PARENT_COMPANY")]
    ParentCompany,
    /// A bond is paid when the provider does not perform.
    #[sea_orm(string_value = "PERFORMANCE_BOND")]
    PerformanceBond,
    /// Money is set aside or lent upon.
    #[sea_orm(string_value = "FINANCIAL")]
    Financial,
    /// Another one, which the description names.
    #[sea_orm(string_value = "OTHER")]
    Other,
}
