use sea_orm::entity::prelude::*;

use crate::value::{Instant, Pence};

/// Up to how much a team decides alone, from a day on. Never changed: a new limit stands beside it.
#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "team_limit")]
pub struct Model {
    /// Identity.
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Uuid,
    /// The team.
    pub team_id: Uuid,
    /// Of what.
    pub kind: LimitKind,
    /// The most that one of it may come to, in pence; nothing takes the limit away.
    pub amount_pence: Pence,
    /// First day.
    pub starts_on: Date,
    /// Last day, if it has one.
    pub ends_on: Option<Date>,
    /// When it was recorded: of two that begin on one day the later counts.
    pub recorded_at: Instant,
}

impl ActiveModelBehavior for ActiveModel {}

/// What a limit is delegated for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, EnumIter, DeriveActiveEnum)]
#[sea_orm(rs_type = "String", db_type = "Text")]
pub enum LimitKind {
    /// One posting of money spent.
    #[sea_orm(string_value = "POSTING")]
    Posting,
    /// One commitment of a scheme's budget.
    #[sea_orm(string_value = "COMMITMENT")]
    Commitment,
    /// One movement of budget between schemes.
    #[sea_orm(string_value = "VIREMENT")]
    Virement,
    /// What one measurement decides: the most that its measure pays in its year.
    #[sea_orm(string_value = "OUTCOME_PAY")]
    OutcomePay,
}
