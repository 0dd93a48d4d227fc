use sea_orm::entity::prelude::*;

/// Which of an organisation's several successors takes over its relations to an agreement (rule
/// G5). An only successor needs none.
#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "succession_takeover")]
pub struct Model {
    /// The agreement.
    #[sea_orm(primary_key, auto_increment = false)]
    pub agreement_id: Uuid,
    /// The organisation that closed.
    #[sea_orm(primary_key, auto_increment = false)]
    pub predecessor_id: Uuid,
    /// Who takes over.
    pub successor_id: Uuid,
}

impl ActiveModelBehavior for ActiveModel {}
