use sea_orm::entity::prelude::*;

use crate::value::Instant;

/// What somebody has at stake in a proposal, declared before it is decided (rule G3).
#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "interest")]
pub struct Model {
    /// Identity.
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Uuid,
    /// The proposal.
    pub proposal_id: Uuid,
    /// The account whose interest it is; it decides nothing about the proposal.
    pub account_id: Uuid,
    /// The organisation that it acted as.
    pub organisation_id: Uuid,
    /// What is at stake.
    pub description: String,
    /// When it was declared.
    pub declared_at: Instant,
}

impl ActiveModelBehavior for ActiveModel {}
