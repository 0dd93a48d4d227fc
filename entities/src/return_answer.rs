use sea_orm::entity::prelude::*;

use crate::value::Instant;

/// What a partner says about a submitted return, or the host about a partner's query.
#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "return_answer")]
pub struct Model {
    /// The return.
    #[sea_orm(primary_key, auto_increment = false)]
    pub return_id: Uuid,
    /// Counts what is said about the return, from 1.
    #[sea_orm(primary_key, auto_increment = false)]
    pub number: i32,
    /// The partner that says it, or whose query is answered.
    pub partner_id: Uuid,
    /// The partner's place in the agreement, which a successor takes over.
    pub place: i32,
    /// What is said.
    pub kind: AnswerKind,
    /// The query or its answer, in words; what an agreement adds to its decision, if anything.
    pub reason: Option<String>,
    /// Of an agreement: the cabinet, board or committee that decided.
    pub deciding_body: Option<String>,
    /// Of an agreement: when it decided.
    pub decided_on: Option<Date>,
    /// Of an agreement: where it is minuted.
    pub minute_reference: Option<String>,
    /// The account that said it.
    pub said_by_id: Option<Uuid>,
    /// The organisation that it acted as.
    pub said_as_id: Uuid,
    /// When it was recorded.
    pub recorded_at: Instant,
}

impl ActiveModelBehavior for ActiveModel {}

/// What is said about a submitted return.
#[derive(Clone, Copy, Debug, PartialEq, Eq, EnumIter, DeriveActiveEnum)]
#[sea_orm(rs_type = "String", db_type = "Text")]
pub enum AnswerKind {
    /// The partner asks.
    #[sea_orm(string_value = "QUERIED")]
    Queried,
    /// The host answers the partner's query.
    #[sea_orm(string_value = "ANSWERED")]
    Answered,
    /// The partner agrees.
    #[sea_orm(string_value = "AGREED")]
    Agreed,
}
