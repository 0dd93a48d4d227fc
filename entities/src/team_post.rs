use sea_orm::entity::prelude::*;

use crate::value::Pence;

/// A post of a joint commissioning team: what it does, who employs it and what it costs.
#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "team_post")]
pub struct Model {
    /// Identity.
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Uuid,
    /// The team.
    pub team_id: Uuid,
    /// What the post is called; never a person's name.
    pub title: String,
    /// The organisation that employs whoever holds it.
    pub employer_id: Uuid,
    /// What it does.
    pub function: String,
    /// How much of a full-time post it is, in thousandths: 1000 is 1.0.
    pub whole_time_equivalent_thousandths: i32,
    /// How its holder works for the team.
    pub arrangement: Arrangement,
    /// What it costs in a whole financial year, in pence, at its whole-time equivalent.
    pub cost_pence: Pence,
    /// First day.
    pub starts_on: Date,
    /// Last day, if it has one; before the first of a post that was withdrawn.
    pub ends_on: Option<Date>,
    /// Counts its changes.
    pub version: i32,
}

impl ActiveModelBehavior for ActiveModel {}

/// How somebody works for a team.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, EnumIter, DeriveActiveEnum)]
#[sea_orm(rs_type = "String", db_type = "Text")]
pub enum Arrangement {
    /// Employed for the team.
    #[sea_orm(string_value = "EMPLOYED")]
    Employed,
    /// Lent to the team by its employer.
    #[sea_orm(string_value = "SECONDED")]
    Seconded,
    /// Under an honorary contract.
    #[sea_orm(string_value = "HONORARY")]
    Honorary,
    /// Shared between the team and its employer's other work.
    #[sea_orm(string_value = "SHARED")]
    Shared,
}
