use sea_orm::entity::prelude::*;

/// A part of the file of an export, as it is sent.
#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "export_piece")]
pub struct Model {
    /// The export.
    #[sea_orm(primary_key, auto_increment = false)]
    pub export_id: Uuid,
    /// Its number in the file, from 0.
    #[sea_orm(primary_key, auto_increment = false)]
    pub number: i32,
    /// The place of its first byte in the file, from 0.
    pub first_byte: i64,
    /// The bytes.
    pub content: Vec<u8>,
}

impl ActiveModelBehavior for ActiveModel {}
