use sea_orm::entity::prelude::*;

/// What this database is.
#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "installation")]
pub struct Model {
    /// Always 1: there is one row.
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: i32,
    /// True when it was created as a demonstration, with "view as".
    pub is_demonstration: bool,
    /// The key that signs the cursors of lists.
    pub cursor_secret: Vec<u8>,
}

impl ActiveModelBehavior for ActiveModel {}
