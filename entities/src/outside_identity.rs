use sea_orm::entity::prelude::*;

use crate::value::Instant;

/// That an outside issuer means an account by a subject, where it acts as one organisation.
#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "outside_identity")]
pub struct Model {
    /// Identity.
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Uuid,
    /// As which organisation the account acts then; its administrators recorded the link.
    pub organisation_id: Uuid,
    /// Who is meant.
    pub account_id: Uuid,
    /// The issuer, as its tokens name it.
    pub issuer: String,
    /// What the issuer calls whom it means.
    pub subject: String,
    /// When it was recorded.
    pub linked_at: Instant,
    /// When it was ended.
    pub ended_at: Option<Instant>,
}

impl ActiveModelBehavior for ActiveModel {}
