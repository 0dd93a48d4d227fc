use sea_orm::entity::prelude::*;

use crate::membership::Role;

/// An organisation whose approval a proposal needs, fixed when it was proposed (rule G1).
#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "proposal_need")]
pub struct Model {
    /// The proposal.
    #[sea_orm(primary_key, auto_increment = false)]
    pub proposal_id: Uuid,
    /// The organisation.
    #[sea_orm(primary_key, auto_increment = false)]
    pub organisation_id: Uuid,
    /// Its place in the list, from 1.
    pub place: i32,
    /// The role that has to decide, where not every role of the kind will do (rule M13).
    pub role: Option<Role>,
}

impl ActiveModelBehavior for ActiveModel {}
