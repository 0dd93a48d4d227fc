use sea_orm::entity::prelude::*;

use crate::value::Instant;

/// The last recording in a fund; held while the next is made (rule M8).
#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "ledger_head")]
pub struct Model {
    /// The fund.
    #[sea_orm(primary_key, auto_increment = false)]
    pub fund_id: Uuid,
    /// The number of its last transaction.
    pub sequence: i64,
    /// The instant of its last recording of any kind.
    pub known_at: Instant,
    /// The hash of its last transaction.
    pub hash: Vec<u8>,
}

impl ActiveModelBehavior for ActiveModel {}
