use sea_orm::entity::prelude::*;

/// The place of an act in its organisation's chain of hashes.
#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "audit_seal")]
pub struct Model {
    /// The act.
    #[sea_orm(primary_key, auto_increment = false)]
    pub act_id: Uuid,
    /// The organisation or the team whose chain it is; the nil identity of the operator's.
    pub chain_id: Uuid,
    /// The place, from 1 without gaps.
    pub sequence: i64,
    /// The hash of the act before.
    pub previous_hash: Vec<u8>,
    /// SHA-256 over the previous hash, the place and everything that the act says.
    pub hash: Vec<u8>,
}

impl ActiveModelBehavior for ActiveModel {}
