use sea_orm::entity::prelude::*;

use crate::value::Instant;

/// Something that changed, and its place in the one order of all changes. Never changed, and deleted
/// only once it is too old to be told.
#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "change")]
pub struct Model {
    /// The place: 1, 2, 3 and so on in the order in which it was found committed, without a gap.
    #[sea_orm(primary_key, auto_increment = false)]
    pub sequence: i64,
    /// Identity, by which a holder knows it: of an act its own.
    #[sea_orm(unique)]
    pub id: Uuid,
    /// What happened.
    pub kind: ChangeKind,
    /// The act by which it changed; none of a view that begins or ends.
    pub act_id: Option<Uuid>,
    /// Whose view begins or ends; none of an act.
    pub holder_id: Option<Uuid>,
    /// The kind of thing: the name of its type in the schema.
    pub object_kind: String,
    /// The thing; of a view its root.
    pub object_id: Uuid,
    /// The agreement, fund, contract, link or delegated budget that the thing belongs to; none of what
    /// is an organisation's own.
    pub root_id: Option<Uuid>,
    /// The group of fields of the access matrix that changed; none where there is no root, and of a view.
    pub field_group: Option<String>,
    /// The day from which it counts; of a view the day on which it begins or ends.
    pub effective_on: Option<Date>,
    /// When it was done.
    pub recorded_at: Instant,
}

impl ActiveModelBehavior for ActiveModel {}

/// What happened.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, EnumIter, DeriveActiveEnum)]
#[sea_orm(rs_type = "String", db_type = "Text")]
pub enum ChangeKind {
    /// Something was made, or is another than it was.
    #[sea_orm(string_value = "CHANGED")]
    Changed,
    /// The holder sees the root from now on, or sees more of it.
    #[sea_orm(string_value = "ENTERED")]
    Entered,
    /// The holder sees the root no longer, or not what comes after.
    #[sea_orm(string_value = "LEFT")]
    Left,
}
