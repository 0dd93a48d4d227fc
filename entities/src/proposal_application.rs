use sea_orm::entity::prelude::*;

use crate::value::Instant;

/// That a proposal was applied, which happens once.
#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "proposal_application")]
pub struct Model {
    /// The proposal.
    #[sea_orm(primary_key, auto_increment = false)]
    pub proposal_id: Uuid,
    /// The movement, contribution, transaction or agreement that came of it, by its kind.
    pub result_id: Uuid,
    /// When.
    pub applied_at: Instant,
}

impl ActiveModelBehavior for ActiveModel {}
