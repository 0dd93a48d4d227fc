use sea_orm::entity::prelude::*;

use crate::value::Pence;

/// A part of a contribution, due on a day.
#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "contribution_instalment")]
pub struct Model {
    /// The contribution.
    #[sea_orm(primary_key, auto_increment = false)]
    pub contribution_id: Uuid,
    /// Counts from 1.
    #[sea_orm(primary_key, auto_increment = false)]
    pub number: i32,
    /// When it is due.
    pub due_on: Date,
    /// How much.
    pub amount_pence: Pence,
}

impl ActiveModelBehavior for ActiveModel {}
