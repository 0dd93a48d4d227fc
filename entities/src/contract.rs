use sea_orm::entity::prelude::*;

/// A contract: what commissioners buy from a provider or from several. What it says, what it costs and
/// where it stands are dated facts of their own (rule C8).
#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "contract")]
pub struct Model {
    /// Identity.
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Uuid,
    /// The organisation that records it, and whose references are told apart.
    pub owner_id: Uuid,
    /// What its commissioners call it; unique among its owner's.
    pub reference: String,
    /// The agreement under which it is commissioned, if any.
    pub agreement_id: Option<Uuid>,
    /// The first day about which anything is on record: that of its draft, or its own first day.
    pub opened_on: Date,
    /// The day from which others than its commissioners and their partners see it; none of a draft.
    pub shared_on: Option<Date>,
    /// Counts the changes of its terms, parties and state.
    pub version: i32,
}

impl ActiveModelBehavior for ActiveModel {}
