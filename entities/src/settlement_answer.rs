use sea_orm::entity::prelude::*;

use crate::value::{Instant, Pence};

/// What a partner says about its line of a settlement. The last counts.
#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "settlement_answer")]
pub struct Model {
    /// Identity.
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Uuid,
    /// The line.
    pub line_id: Uuid,
    /// Its number on the line, from 1.
    pub number: i32,
    /// What it says.
    pub answer: Answer,
    /// How much of the line is disputed; nothing when it is accepted.
    pub disputed_pence: Pence,
    /// Why it is disputed.
    pub reason: Option<String>,
    /// The body that accepted it (rule G4).
    pub deciding_body: Option<String>,
    /// When it decided.
    pub decided_on: Option<Date>,
    /// Where that is minuted.
    pub minute_reference: Option<String>,
    /// The account that answered; none of a token made by the operator.
    pub answered_by_id: Option<Uuid>,
    /// The organisation that answered: the partner, or its successor.
    pub answered_as_id: Uuid,
    /// When it was recorded.
    pub known_at: Instant,
}

impl ActiveModelBehavior for ActiveModel {}

/// What a partner says about a line.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, EnumIter, DeriveActiveEnum)]
#[sea_orm(rs_type = "String", db_type = "Text")]
pub enum Answer {
    /// It accepts all of it.
    #[sea_orm(string_value = "ACCEPTED")]
    Accepted,
    /// It disputes a part of it, or all.
    #[sea_orm(string_value = "DISPUTED")]
    Disputed,
}
