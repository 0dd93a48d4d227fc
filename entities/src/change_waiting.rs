use sea_orm::entity::prelude::*;

use crate::access::RootKind;

/// Something that waits for its place in the order of changes: an act, which waits for its seal as well,
/// or a root of which somebody's view may be another.
#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "change_waiting")]
pub struct Model {
    /// The place in the queue: of two changes of one thing the one that is committed first has the
    /// smaller.
    #[sea_orm(primary_key)]
    pub place: i64,
    /// The act; none of a root.
    #[sea_orm(unique)]
    pub act_id: Option<Uuid>,
    /// The root; none of an act.
    pub root_id: Option<Uuid>,
    /// Which kind of root; none of an act, and where nobody sees the root any more.
    pub root_kind: Option<RootKind>,
    /// False of a contract that only who drafts it sees; none of an act, and where it is as before.
    pub is_open: Option<bool>,
}

impl ActiveModelBehavior for ActiveModel {}
