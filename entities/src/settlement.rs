use sea_orm::entity::prelude::*;

use crate::value::{FinancialYear, Instant};

/// What a risk share came to for a year that is closed, as its host claims it (rule R5).
#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "settlement")]
pub struct Model {
    /// Identity.
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Uuid,
    /// The risk share.
    pub risk_share_id: Uuid,
    /// The agreement.
    pub agreement_id: Uuid,
    /// The year.
    pub financial_year: FinancialYear,
    /// Its number in the risk share and year, from 1: a later one takes the place of the earlier.
    pub number: i32,
    /// The version of the rule that was in force at the year's end.
    pub version_id: Uuid,
    /// The last day of effect that counts: the year's last.
    pub as_of: Date,
    /// The last instant of recording that counts, of the rule and of the books.
    pub known_at: Instant,
    /// Why schemes were underspent, as its host states it, as canonical JSON (rule R6).
    pub causes: String,
    /// What came out, as canonical JSON.
    pub content: String,
    /// SHA-256 of the causes and the content.
    pub content_hash: Vec<u8>,
    /// The account that claimed it; none of a token made by the operator.
    pub claimed_by_id: Option<Uuid>,
    /// The organisation that claimed it.
    pub claimed_as_id: Uuid,
    /// The day on which it was claimed.
    pub claimed_on: Date,
    /// When it was claimed.
    pub claimed_at: Instant,
}

impl ActiveModelBehavior for ActiveModel {}
