use sea_orm::entity::prelude::*;

/// Which of an organisation's several successors takes its place under a contract and its supply
/// chain (rule G5). An only successor needs none, nor does one that is named for the agreement.
#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "contract_takeover")]
pub struct Model {
    /// The contract.
    #[sea_orm(primary_key, auto_increment = false)]
    pub contract_id: Uuid,
    /// The organisation that closed.
    #[sea_orm(primary_key, auto_increment = false)]
    pub predecessor_id: Uuid,
    /// Who takes its place.
    pub successor_id: Uuid,
}

impl ActiveModelBehavior for ActiveModel {}
