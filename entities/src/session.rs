use sea_orm::entity::prelude::*;

use crate::value::Instant;

/// One signing-in, and the family of refresh tokens that keeps it alive.
#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "session")]
pub struct Model {
    /// Identity.
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Uuid,
    /// Who signed in.
    pub account_id: Uuid,
    /// The organisation acted as.
    pub organisation_id: Uuid,
    /// The joint commissioning team acted as; none when the organisation itself is.
    pub team_id: Option<Uuid>,
    /// When.
    pub started_at: Instant,
    /// When it was signed out, or ended because a token was used twice.
    pub ended_at: Option<Instant>,
}

impl ActiveModelBehavior for ActiveModel {}
