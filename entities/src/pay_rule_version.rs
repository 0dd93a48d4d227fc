use sea_orm::entity::prelude::*;

use crate::value::Instant;

/// From when the rules of pay are of a version, in an installation that had pay before it.
#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "pay_rule_version")]
pub struct Model {
    /// The version.
    #[sea_orm(primary_key, auto_increment = false)]
    pub version: i32,
    /// The first instant by whose knowledge it is asked.
    pub known_at: Instant,
}

impl ActiveModelBehavior for ActiveModel {}
