use sea_orm::entity::prelude::*;

/// That a fund is shared in a risk share: in one at most.
#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "risk_share_fund")]
pub struct Model {
    /// The fund.
    #[sea_orm(primary_key, auto_increment = false)]
    pub fund_id: Uuid,
    /// The risk share.
    pub risk_share_id: Uuid,
}

impl ActiveModelBehavior for ActiveModel {}
