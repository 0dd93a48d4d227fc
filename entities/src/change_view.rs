use sea_orm::entity::prelude::*;

use crate::access::RootKind;

/// What a holder was told of its view of a root: derived, and kept so that it is told what is new.
#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "change_view")]
pub struct Model {
    /// The organisation or team that sees.
    #[sea_orm(primary_key, auto_increment = false)]
    pub holder_id: Uuid,
    /// The root that is seen.
    #[sea_orm(primary_key, auto_increment = false)]
    pub root_id: Uuid,
    /// Which kind of root.
    pub root_kind: RootKind,
    /// False of a contract that only who drafts it sees.
    pub is_open: bool,
    /// The relations by which the holder sees it, a line each; empty when it does not.
    pub seen: String,
    /// How often it was told that its view begins or ends.
    pub times: i64,
}

impl ActiveModelBehavior for ActiveModel {}
