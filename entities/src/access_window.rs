use sea_orm::entity::prelude::*;

use crate::relation::RelationKind;

/// One relation of a holder to a root, and the time that it opens: derived, and never a source of
/// its own. The conditions of queries and PostgreSQL's row-level security read it.
#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "access_window")]
pub struct Model {
    /// The organisation or team that sees.
    #[sea_orm(primary_key, auto_increment = false)]
    pub holder_id: Uuid,
    /// The agreement or the fund that is seen.
    #[sea_orm(primary_key, auto_increment = false)]
    pub root_id: Uuid,
    /// Tells the windows of one holder and root apart.
    #[sea_orm(primary_key, auto_increment = false)]
    pub number: i32,
    /// How the holder stands to the root in this window.
    pub relation: RelationKind,
    /// The scheme, of a funded provider.
    pub scheme_id: Option<Uuid>,
    /// A partner's place in the agreement's list.
    pub position: Option<i32>,
    /// True when the holder itself stood so, and did not only inherit what a predecessor read.
    pub acts: bool,
    /// True when postings are seen as they are made, and not when their period is released.
    pub is_live: bool,
    /// The first day whose facts it opens: of a lasting relation that of the financial year in which
    /// it began.
    pub covers_from: Date,
    /// The last day whose facts it opens.
    pub covers_to: Date,
    /// The first financial year whose first day is not before `covers_from`.
    pub from_year: i32,
    /// The financial year of `covers_to`.
    pub to_year: i32,
    /// The day from which it can be used.
    pub usable_from: Date,
    /// The last day on which it can be used.
    pub usable_to: Date,
}

impl ActiveModelBehavior for ActiveModel {}
