use sea_orm::entity::prelude::*;

use crate::membership::Role;

/// That an account sits on a joint commissioning team in a role, for a time.
#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "team_member")]
pub struct Model {
    /// Identity.
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Uuid,
    /// The team.
    pub team_id: Uuid,
    /// Who.
    pub account_id: Uuid,
    /// Through which of the account's organisations.
    pub employer_id: Uuid,
    /// The post that it holds, if it holds one.
    pub post_id: Option<Uuid>,
    /// What it may do when it acts as the team: one of [`ROLES`].
    pub role: Role,
    /// First day.
    pub starts_on: Date,
    /// Last day, if it has one; before the first of a seat that was withdrawn.
    pub ends_on: Option<Date>,
}

impl ActiveModelBehavior for ActiveModel {}

/// The roles in which somebody can act as a team. Members and service accounts belong to
/// organisations, and a team administers none.
pub const ROLES: [Role; 4] = [Role::Commissioner, Role::Finance, Role::Approver, Role::Viewer];
