use sea_orm::entity::prelude::*;

use crate::value::Instant;

/// A budget that the co-ordinating commissioner of a contract delegated to an organisation, its holder.
/// Never changed: how much it is, and whether it was withdrawn, its versions say.
#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "delegated_budget")]
pub struct Model {
    /// Identity.
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Uuid,
    /// The contract within which it was delegated.
    pub contract_id: Uuid,
    /// Who holds it.
    pub holder_id: Uuid,
    /// What it is for.
    pub purpose: String,
    /// The first day on which it may be spent.
    pub starts_on: Date,
    /// The account that recorded it; none of a program.
    pub recorded_by_id: Option<Uuid>,
    /// The commissioner for which it was recorded.
    pub recorded_as_id: Uuid,
    /// The day on which it was recorded.
    pub recorded_on: Date,
    /// When it was recorded.
    pub recorded_at: Instant,
}

impl ActiveModelBehavior for ActiveModel {}
