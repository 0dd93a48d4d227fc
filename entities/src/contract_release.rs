use sea_orm::entity::prelude::*;

use crate::value::Instant;

/// What a published notice said of a contract when it was imported. Written once.
#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "contract_release")]
pub struct Model {
    /// Identity.
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Uuid,
    /// The contract that came of it.
    pub contract_id: Uuid,
    /// The contract's owner, whoever imported it.
    pub owner_id: Uuid,
    /// The process's identity.
    pub ocid: String,
    /// The award or contract of the process; empty of the process itself.
    pub part: String,
    /// The release's identity.
    pub release_id: String,
    /// When the release was published.
    pub released_at: Instant,
    /// What it said, as JSON.
    pub said: String,
    /// The day on which it was imported.
    pub recorded_on: Date,
    /// When it was imported.
    pub known_at: Instant,
}

impl ActiveModelBehavior for ActiveModel {}
