use sea_orm::entity::prelude::*;

use crate::value::Instant;

/// That a guarantee that a contract asks for was given, or given again when the last one ended.
#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "contract_guarantee_given")]
pub struct Model {
    /// The guarantee.
    #[sea_orm(primary_key, auto_increment = false)]
    pub guarantee_id: Uuid,
    /// Its number among those given for it, from 1.
    #[sea_orm(primary_key, auto_increment = false)]
    pub number: i32,
    /// Who gave it.
    pub given_by_id: Uuid,
    /// The deed.
    pub document_reference: String,
    /// Its first day.
    pub starts_on: Date,
    /// Its last day, if it has one.
    pub ends_on: Option<Date>,
    /// The day on which it was recorded.
    pub recorded_on: Date,
    /// When it was recorded.
    pub known_at: Instant,
}

impl ActiveModelBehavior for ActiveModel {}
