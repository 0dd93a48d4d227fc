use sea_orm::entity::prelude::*;

use crate::value::Pence;

/// What one partner owes of a settlement, or is owed.
#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "settlement_line")]
pub struct Model {
    /// Identity.
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Uuid,
    /// The settlement.
    pub settlement_id: Uuid,
    /// The partner.
    pub party_id: Uuid,
    /// Its place in the settlement, from 1.
    pub place: i32,
    /// What it owes; below nothing when it is owed.
    pub amount_pence: Pence,
}

impl ActiveModelBehavior for ActiveModel {}
