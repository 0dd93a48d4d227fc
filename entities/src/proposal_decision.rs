use sea_orm::entity::prelude::*;

use crate::value::Instant;

/// What an organisation decided about a proposal.
#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "proposal_decision")]
pub struct Model {
    /// Identity.
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Uuid,
    /// The proposal.
    pub proposal_id: Uuid,
    /// The organisation that decided.
    pub organisation_id: Uuid,
    /// The account that recorded the decision; none of a token made by the operator.
    pub account_id: Option<Uuid>,
    /// What it decided.
    pub verdict: Verdict,
    /// Why; always of a refusal.
    pub reason: Option<String>,
    /// The cabinet, board or committee that decided (rule G4); always of an approval.
    pub deciding_body: Option<String>,
    /// When it decided.
    pub decided_on: Option<Date>,
    /// Where the decision is minuted.
    pub minute_reference: Option<String>,
    /// SHA-256 of the content that it was decided about.
    pub content_hash: Vec<u8>,
    /// When it was recorded.
    pub known_at: Instant,
}

impl ActiveModelBehavior for ActiveModel {}

/// What an organisation decides about a proposal.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, EnumIter, DeriveActiveEnum)]
#[sea_orm(rs_type = "String", db_type = "Text")]
pub enum Verdict {
    /// It approves it.
    #[sea_orm(string_value = "APPROVED")]
    Approved,
    /// It refuses it, which ends it.
    #[sea_orm(string_value = "REFUSED")]
    Refused,
    /// It takes back what it proposed.
    #[sea_orm(string_value = "WITHDRAWN")]
    Withdrawn,
}
