use sea_orm::entity::prelude::*;
use serde::{Deserialize, Serialize};

use crate::value::Instant;

/// That a contract came to stand otherwise. Never changed (rule C8).
#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "contract_status_change")]
pub struct Model {
    /// Identity.
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Uuid,
    /// The contract.
    pub contract_id: Uuid,
    /// Its number among the contract's changes, from 1.
    pub number: i32,
    /// Where it stands from then on.
    pub status: ContractStatus,
    /// The part that is suspended; none when the whole is.
    pub suspended_part: Option<String>,
    /// Who cares for people meanwhile; always of a suspension.
    pub continuity: Option<String>,
    /// The kind of reason.
    pub reason_code: Option<ContractReason>,
    /// Why, in words.
    pub reason: Option<String>,
    /// The letter, notice or deed.
    pub document_reference: Option<String>,
    /// The day on which a notice takes effect, or a standstill ends.
    pub takes_effect_on: Option<Date>,
    /// The body that decided (rule G4).
    pub deciding_body: Option<String>,
    /// When it decided.
    pub decided_on: Option<Date>,
    /// Where the decision is minuted.
    pub minute_reference: Option<String>,
    /// The first day on which it stands so.
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

/// Where a contract stands.
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
pub enum ContractStatus {
    /// It is being prepared.
    #[sea_orm(string_value = "DRAFT")]
    Draft,
    /// It is awarded, and others may still challenge that.
    #[sea_orm(string_value = "IN_STANDSTILL")]
    InStandstill,
    /// It is signed, and the services are being made ready.
    #[sea_orm(string_value = "MOBILISING")]
    Mobilising,
    /// Services are delivered under it.
    #[sea_orm(string_value = "ACTIVE")]
    Active,
    /// It is suspended, in part or as a whole.
    #[sea_orm(string_value = "SUSPENDED")]
    Suspended,
    /// Somebody has given notice to end it.
    #[sea_orm(string_value = "NOTICE_GIVEN")]
    NoticeGiven,
    /// It was ended before its last day.
    #[sea_orm(string_value = "TERMINATED")]
    Terminated,
    /// Its last day has passed.
    #[sea_orm(string_value = "EXPIRED")]
    Expired,
    /// It was awarded, and ended before its services began.
    #[sea_orm(string_value = "CANCELLED")]
    Cancelled,
    /// It was never awarded, or its award was taken back.
    #[sea_orm(string_value = "ABANDONED")]
    Abandoned,
}

/// The kind of reason for which a contract comes to stand otherwise.
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
pub enum ContractReason {
    /// The services were not what was agreed.
    #[sea_orm(string_value = "PERFORMANCE")]
    Performance,
    /// People were, or might be, harmed.
    #[sea_orm(string_value = "SAFETY")]
    Safety,
    /// It cannot be paid for, or a party cannot go on.
    #[sea_orm(string_value = "FINANCE")]
    Finance,
    /// A regulator acted, or the law changed.
    #[sea_orm(string_value = "REGULATION")]
    Regulation,
    /// The award was challenged.
    #[sea_orm(string_value = "CHALLENGE")]
    Challenge,
    /// Something else is needed.
    #[sea_orm(string_value = "CHANGED_NEED")]
    ChangedNeed,
    /// The parties agreed to it.
    #[sea_orm(string_value = "AGREEMENT")]
    Agreement,
    /// Another contract took its place.
    #[sea_orm(string_value = "NOVATION")]
    Novation,
    /// It comes back: the novation by which another took its place was unfolded.
    #[sea_orm(string_value = "UNFOLDING")]
    Unfolding,
    /// Another reason, which is in the words.
    #[sea_orm(string_value = "OTHER")]
    Other,
}
