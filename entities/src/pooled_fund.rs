use sea_orm::entity::prelude::*;

/// Money of one agreement for one purpose.
#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "pooled_fund")]
pub struct Model {
    /// Identity.
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Uuid,
    /// The agreement.
    pub agreement_id: Uuid,
    /// The organisation that opened it, and whose references are told apart.
    pub owner_id: Uuid,
    /// What the partners call it; unique among its owner's.
    pub reference: String,
    /// Its name.
    pub name: String,
    /// How its money is bound.
    pub kind: FundKind,
    /// First day for which it holds money.
    pub starts_on: Date,
    /// The decision that lets budgets exceed income (rule M3).
    pub over_programming_approval: Option<String>,
    /// Counts its changes.
    pub version: i32,
}

impl ActiveModelBehavior for ActiveModel {}

/// How the money of a fund is bound.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, EnumIter, DeriveActiveEnum)]
#[sea_orm(rs_type = "String", db_type = "Text")]
pub enum FundKind {
    /// Put together: each partner's money may be spent on any scheme.
    #[sea_orm(string_value = "POOLED")]
    Pooled,
    /// Reported together; each partner keeps its own money.
    #[sea_orm(string_value = "ALIGNED")]
    Aligned,
    /// Shown for the whole picture only.
    #[sea_orm(string_value = "IN_VIEW")]
    InView,
    /// A grant that may be spent on its purpose only.
    #[sea_orm(string_value = "RING_FENCED_GRANT")]
    RingFencedGrant,
    /// Held against overspends.
    #[sea_orm(string_value = "RISK_RESERVE")]
    RiskReserve,
    /// For changing services.
    #[sea_orm(string_value = "TRANSFORMATION")]
    Transformation,
}
