use sea_orm::entity::prelude::*;
use serde::{Deserialize, Serialize};

/// A role that an account holds in an organisation, for a time.
#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "membership")]
pub struct Model {
    /// Identity.
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Uuid,
    /// Whose.
    pub account_id: Uuid,
    /// Where.
    pub organisation_id: Uuid,
    /// Which.
    pub role: Role,
    /// First day.
    pub starts_on: Date,
    /// Last day, if it has one.
    pub ends_on: Option<Date>,
}

impl ActiveModelBehavior for ActiveModel {}

/// What somebody may do inside an organisation. It narrows the organisation's view and never widens it.
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
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
#[sea_orm(rs_type = "String", db_type = "Text")]
pub enum Role {
    /// Members and service accounts of the organisation.
    #[sea_orm(string_value = "ADMIN")]
    Admin,
    /// Money in and out.
    #[sea_orm(string_value = "FINANCE")]
    Finance,
    /// Schemes, contracts and outcomes.
    #[sea_orm(string_value = "COMMISSIONER")]
    Commissioner,
    /// Supply chains and measurements.
    #[sea_orm(string_value = "CONTRACT_MANAGER")]
    ContractManager,
    /// Approvals up to a limit.
    #[sea_orm(string_value = "APPROVER")]
    Approver,
    /// Reads everything of its own organisation, and its trail.
    #[sea_orm(string_value = "AUDITOR")]
    Auditor,
    /// Reads.
    #[sea_orm(string_value = "VIEWER")]
    Viewer,
}
