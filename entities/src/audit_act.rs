use sea_orm::entity::prelude::*;

use crate::value::Instant;

/// Something that somebody did: who, acting as whom, did what to what. Never changed.
#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "audit_act")]
pub struct Model {
    /// Identity.
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Uuid,
    /// When it was done.
    pub recorded_at: Instant,
    /// The request that did it; none of the operator's own acts.
    pub request_id: Option<Uuid>,
    /// The account that did it; none of the operator's tokens and commands.
    pub account_id: Option<Uuid>,
    /// The organisation acted as; none of the operator.
    pub organisation_id: Option<Uuid>,
    /// The team acted as.
    pub team_id: Option<Uuid>,
    /// What was done: the mutation's name.
    pub action: String,
    /// The kind of thing that it was done to: the name of its type in the schema.
    pub object_kind: String,
    /// The thing.
    pub object_id: Uuid,
    /// The agreement or the fund that the thing belongs to.
    pub root_id: Option<Uuid>,
    /// The group of fields of the access matrix that before and after speak of; none of what is
    /// its organisation's alone.
    pub field_group: Option<String>,
    /// The day from which it counts.
    pub effective_on: Option<Date>,
    /// The thing before, as canonical JSON.
    pub before: Option<String>,
    /// The thing after, as canonical JSON.
    pub after: Option<String>,
}

impl ActiveModelBehavior for ActiveModel {}
