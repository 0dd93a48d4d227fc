use sea_orm::{FromJsonQueryResult, entity::prelude::*};
use serde::{Deserialize, Serialize};

use crate::value::Instant;

/// What a contract says, from a day on. Never changed: a variation is another row.
#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "contract_terms")]
pub struct Model {
    /// Identity.
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Uuid,
    /// The contract.
    pub contract_id: Uuid,
    /// Its number among the contract's terms, from 1.
    pub number: i32,
    /// True of terms that were drafted, and not awarded or varied.
    pub is_draft: bool,
    /// Its title.
    pub title: String,
    /// How it is built, where known.
    pub model: Option<ContractModel>,
    /// The form of a primary care contract.
    pub form: Option<String>,
    /// The service areas and pathways.
    pub services: Services,
    /// The first day of the services, where known.
    pub starts_on: Option<Date>,
    /// Their last day, where known.
    pub ends_on: Option<Date>,
    /// By how many months it may be extended, option by option.
    pub extension_months: Extensions,
    /// How many of the options were taken up.
    pub extensions_used: i32,
    /// How value added tax is dealt with, where known.
    pub vat_regime: Option<VatRegime>,
    /// What its providers have to keep themselves of a year's value, in basis points.
    pub floor_basis_points: i64,
    /// The variation by which it says so.
    pub variation_id: Option<Uuid>,
    /// The first day on which it says so.
    pub effective_on: Date,
    /// The day on which it was recorded.
    pub recorded_on: Date,
    /// When it was recorded.
    pub known_at: Instant,
}

impl ActiveModelBehavior for ActiveModel {}

/// How a contract is built.
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
pub enum ContractModel {
    /// One provider leads, and manages others.
    #[sea_orm(string_value = "LEAD_PROVIDER")]
    LeadProvider,
    /// One provider delivers, and buys the rest from others.
    #[sea_orm(string_value = "PRIME_PROVIDER")]
    PrimeProvider,
    /// One body holds the contract and buys all care from others.
    #[sea_orm(string_value = "PRIME_CONTRACTOR")]
    PrimeContractor,
    /// Several providers share one contract, its risks and its rewards.
    #[sea_orm(string_value = "ALLIANCE")]
    Alliance,
    /// A consortium or joint venture holds it.
    #[sea_orm(string_value = "CONSORTIUM")]
    Consortium,
    /// One new body was made to hold it.
    #[sea_orm(string_value = "SINGLE_ENTITY")]
    SingleEntity,
    /// One provider delivers.
    #[sea_orm(string_value = "BILATERAL")]
    Bilateral,
    /// A call-off under a framework.
    #[sea_orm(string_value = "FRAMEWORK_CALL_OFF")]
    FrameworkCallOff,
    /// Primary care, in a form of its own.
    #[sea_orm(string_value = "PRIMARY_CARE")]
    PrimaryCare,
}

/// How value added tax on a contract is dealt with.
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
pub enum VatRegime {
    /// A council recovers it under section 33 of the Value Added Tax Act 1994.
    #[sea_orm(string_value = "SECTION33")]
    Section33,
    /// A health body recovers it on contracted-out services.
    #[sea_orm(string_value = "CONTRACTED_OUT_SERVICES")]
    ContractedOutServices,
    /// Nobody recovers it: it is part of the cost.
    #[sea_orm(string_value = "IRRECOVERABLE")]
    Irrecoverable,
    /// The supply is exempt from it.
    #[sea_orm(string_value = "EXEMPT")]
    Exempt,
    /// The supply is outside its scope.
    #[sea_orm(string_value = "OUTSIDE_SCOPE")]
    OutsideScope,
}

/// Service areas and pathways, in the contract's own order.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, FromJsonQueryResult)]
pub struct Services(pub Vec<String>);

/// By how many months a contract may be extended, option by option.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, FromJsonQueryResult)]
pub struct Extensions(pub Vec<i32>);
