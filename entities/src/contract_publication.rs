use sea_orm::entity::prelude::*;

use crate::value::{FinancialYear, Instant};

/// What the co-ordinating commissioner published of a contract and a year: an immutable snapshot
/// (rule V5).
#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "contract_publication")]
pub struct Model {
    /// Identity.
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Uuid,
    /// The contract.
    pub contract_id: Uuid,
    /// The year.
    pub financial_year: FinancialYear,
    /// What was published, as JSON.
    pub content: String,
    /// SHA-256 of the content.
    pub content_hash: Vec<u8>,
    /// How many items were held back (rule V10).
    pub items_held_back: i32,
    /// The cabinet, board or committee that decided (rule G4).
    pub deciding_body: String,
    /// When it decided.
    pub decided_on: Date,
    /// Where the decision is minuted.
    pub minute_reference: String,
    /// The account that published it.
    pub published_by_id: Option<Uuid>,
    /// The organisation for which it was published.
    pub published_as_id: Uuid,
    /// When.
    pub published_at: Instant,
}

impl ActiveModelBehavior for ActiveModel {}
