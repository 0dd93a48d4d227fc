use sea_orm::entity::prelude::*;
use serde::{Deserialize, Serialize};

/// An agreement between partners about functions and pooled money.
#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "partnership_agreement")]
pub struct Model {
    /// Identity.
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Uuid,
    /// The organisation that recorded it, and whose references are told apart.
    pub owner_id: Uuid,
    /// What the partners call it; unique among its owner's.
    pub reference: String,
    /// Its title.
    pub title: String,
    /// What it is for.
    pub aims: String,
    /// The law it is made under.
    pub statutory_basis: StatutoryBasis,
    /// Where it stands.
    pub status: AgreementStatus,
    /// How well it is documented.
    pub evidence: AgreementEvidence,
    /// The post that manages the pool, as a title and never a name.
    pub pool_manager: Option<String>,
    /// First day.
    pub starts_on: Date,
    /// Last day, if set.
    pub ends_on: Option<Date>,
    /// Months of notice to leave it.
    pub notice_months: Option<i32>,
    /// When partners see postings (rule V11).
    pub postings: PostingVisibility,
    /// Counts its changes.
    pub version: i32,
}

impl ActiveModelBehavior for ActiveModel {}

/// The law that an agreement is made under.
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
pub enum StatutoryBasis {
    /// Section 75 of the National Health Service Act 2006: pooled funds, lead commissioning, integrated provision.
    #[sea_orm(string_value = "SECTION75")]
    Section75,
    /// Section 76 of the same Act: payments from a council to a health body.
    #[sea_orm(string_value = "SECTION76")]
    Section76,
    /// Section 256 of the same Act: payments from a health body to a council.
    #[sea_orm(string_value = "SECTION256")]
    Section256,
    /// A joint committee of commissioners.
    #[sea_orm(string_value = "JOINT_COMMITTEE")]
    JointCommittee,
    /// Another or an unknown basis.
    #[sea_orm(string_value = "OTHER_BASIS")]
    OtherBasis,
}

/// Where an agreement stands.
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
pub enum AgreementStatus {
    /// Being negotiated.
    #[sea_orm(string_value = "DRAFT")]
    Draft,
    /// Money moves under it.
    #[sea_orm(string_value = "IN_FORCE")]
    InForce,
    /// It has ended; its record stays.
    #[sea_orm(string_value = "ENDED")]
    Ended,
}

/// How well an agreement is documented.
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
pub enum AgreementEvidence {
    /// A signed document exists.
    #[sea_orm(string_value = "SIGNED")]
    Signed,
    /// Money moves before signature; every position warns about it.
    #[sea_orm(string_value = "UNSIGNED_OPERATING")]
    UnsignedOperating,
    /// The host or the pool manager is unknown; positions can be read, nothing settled.
    #[sea_orm(string_value = "HISTORICAL_INCOMPLETE")]
    HistoricalIncomplete,
}

/// When partners see postings (rule V11).
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
pub enum PostingVisibility {
    /// As they are made.
    #[sea_orm(string_value = "LIVE")]
    Live,
    /// When the host releases their period.
    #[sea_orm(string_value = "RELEASED")]
    Released,
}
