use sea_orm::entity::prelude::*;

use crate::{change::ChangeKind, value::Instant};

/// Something that waits for its place in the order of changes: an act, which waits for its seal as well,
/// or that a view begins or ends.
#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "change_waiting")]
pub struct Model {
    /// The place in the queue: of two changes of one thing the one that is committed first has the
    /// smaller.
    #[sea_orm(primary_key)]
    pub place: i64,
    /// The act; none of a view.
    #[sea_orm(unique)]
    pub act_id: Option<Uuid>,
    /// What happened.
    pub kind: ChangeKind,
    /// Whose view begins or ends; none of an act.
    pub holder_id: Option<Uuid>,
    /// The name of the root's type in the schema; none of an act.
    pub object_kind: Option<String>,
    /// The root that is seen; none of an act.
    pub root_id: Option<Uuid>,
    /// When it was written; none of an act.
    pub recorded_at: Option<Instant>,
}

impl ActiveModelBehavior for ActiveModel {}
