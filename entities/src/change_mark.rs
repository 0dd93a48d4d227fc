use sea_orm::entity::prelude::*;

/// How far the order of changes is. There is one row, and it never goes back.
#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "change_mark")]
pub struct Model {
    /// Always 1.
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: i32,
    /// The last place that was given; 0 before the first.
    pub head: i64,
    /// The last place whose change is kept no more; 0 while all are kept.
    pub floor: i64,
    /// The first day of which changes are kept; none while all are kept.
    pub kept_from: Option<Date>,
    /// The last day of which it was told whose views begin and end by its coming; none before the first.
    pub told_day: Option<Date>,
}

impl ActiveModelBehavior for ActiveModel {}
